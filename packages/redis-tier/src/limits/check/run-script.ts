import { createHash } from 'node:crypto';

/** What the limiter needs from a client; ioredis and its Cluster both provide it. */
export type ScriptClient = {
  readonly isCluster: boolean;
  callBuffer(command: string, ...args: (string | number)[]): Promise<unknown>;
};

export type Script = { readonly source: string; readonly digest: string };

export function toScript(source: string): Script {
  return { source, digest: createHash('sha1').update(source).digest('hex') };
}

/**
 * Runs a script by its digest, and with its source if the server does not have it: a new, restarted or promoted server.
 * The first attempt then has no effect. Strings are returned as Buffers.
 *
 * @param isWaiting Whether the caller still waits. If not, the source is not sent: the caller counts or repeats a failed
 *   command by itself.
 */
export async function runScript(
  client: ScriptClient,
  { source, digest }: Script,
  keys: readonly string[],
  args: readonly (string | number)[],
  isWaiting: () => boolean = () => true,
): Promise<unknown> {
  try {
    return await client.callBuffer('EVALSHA', digest, keys.length, ...keys, ...args);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT')) || !isWaiting()) throw error;
    return await client.callBuffer('EVAL', source, keys.length, ...keys, ...args);
  }
}
