import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

export type Variables = Readonly<Record<string, string | undefined>>;

/** The file in which production keeps its environment variables. */
export const productionEnvFile = '.env.production';

/** The variables of a file in the form of `node --env-file`, or null when there is no such file. Throws when it cannot be read. */
export function readEnvFile(path: string): Variables | null {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The environment with a file behind it: what stands in the environment wins. */
export function withEnvFile(environment: Variables, file: Variables | null): Variables {
  return file === null ? environment : { ...file, ...environment };
}
