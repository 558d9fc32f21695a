import { poll } from '../setup/poll.mjs';

/**
 * Waits up to 60 s until a child is ready or has exited.
 *
 * @param {Promise<string>} exited of a child
 * @param {() => boolean | Promise<boolean>} isReady
 * @returns {Promise<string>} `ready`, or the reason why it is not ready
 */
export async function untilReady(exited, isReady) {
  /** @type {string | undefined} */
  let ended;
  void exited.then((how) => {
    ended = how;
  });
  const check = async () => ended ?? ((await isReady()) ? 'ready' : undefined);
  return (await poll(check, { timeoutMs: 60_000, everyMs: 20 })) ?? 'not ready after 60 s';
}
