import { poll } from '../setup/poll.mjs';

/**
 * @param {Promise<string>} exited of a child
 * @param {() => boolean | Promise<boolean>} isReady
 * @returns {Promise<string>} `ready`, or why it is not
 */
export async function untilReady(exited, isReady) {
  /** @type {string | undefined} */
  let ended;
  void exited.then((how) => {
    ended = how;
  });
  const ask = async () => ended ?? ((await isReady()) ? 'ready' : undefined);
  return (await poll(ask, { withinMs: 60_000, everyMs: 20 })) ?? 'no answer within 60 s';
}
