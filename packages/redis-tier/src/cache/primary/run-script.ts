import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

export type Script = { readonly source: string; readonly sha: string };

export function script(source: string): Script {
  return { source, sha: createHash('sha1').update(source).digest('hex') };
}

/** Runs a script by its hash, or by its source if the server does not have it yet. Bulk replies are Buffers. */
export async function runScript(
  redis: Redis,
  { source, sha }: Script,
  keys: readonly string[],
  args: readonly (string | number | Buffer)[],
): Promise<unknown> {
  try {
    return await redis.callBuffer('EVALSHA', sha, keys.length, ...keys, ...args);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return await redis.callBuffer('EVAL', source, keys.length, ...keys, ...args);
  }
}
