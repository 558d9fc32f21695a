import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

export type Variables = Readonly<Record<string, string | undefined>>;

/** The file with the environment variables of production. */
export const productionEnvFile = '.env.production';

/** Reads a file in the format of `node --env-file`; null when the file does not exist. Throws when it is unreadable. */
export function readEnvFile(path: string): Variables | null {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The environment with a file as fallback: variables of the environment have precedence. */
export function withEnvFile(environment: Variables, file: Variables | null): Variables {
  return file === null ? environment : { ...file, ...environment };
}
