import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { CommandContext } from '../io.ts';
import { Failure } from '../user-error.ts';

/** The data folder of a local server and the values that the server wrote there for this command. */
export type LocalInstance = {
  folder: string;
  /** `url` in instance.json, present while the server runs. */
  url: string | undefined;
  /** `operatorToken` in secrets.json. */
  operatorToken: string | undefined;
  /** `redis` in instance.json: the URL of its Redis, without a password. */
  redisUrl: string | undefined;
  /** `redisPassword` in secrets.json: that of the embedded Redis. */
  redisPassword: string | undefined;
};

/**
 * Finds the data folder: BOOKEDBARBER_DATA, else the nearest `.data` in the working folder and its parents, else that
 * of the project. Undefined when none contains instance.json or secrets.json. Throws Failure for an invalid file.
 */
export function findLocalInstance(context: CommandContext): LocalInstance | undefined {
  for (const folder of candidates(context)) {
    const instance = readJson(join(folder, 'instance.json'));
    const secrets = readJson(join(folder, 'secrets.json'));
    if (instance === undefined && secrets === undefined) continue;
    return {
      folder,
      url: text(instance, 'url'),
      operatorToken: text(secrets, 'operatorToken'),
      redisUrl: text(instance, 'redis'),
      redisPassword: text(secrets, 'redisPassword'),
    };
  }
  return undefined;
}

function candidates({ environment, workingFolder, projectFolder }: CommandContext): string[] {
  if (environment.dataFolder !== undefined) return [resolve(workingFolder, environment.dataFolder)];
  const folders: string[] = [];
  for (let folder = resolve(workingFolder); ; folder = dirname(folder)) {
    folders.push(join(folder, '.data'));
    if (folder === dirname(folder)) break;
  }
  return [...folders, join(projectFolder, '.data')];
}

function readJson(path: string): unknown {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new Failure('file_unreadable', `${path} cannot be read.`, {
      remediation: 'Run the command as the user that runs the server, or set BOOKEDBARBER_OPERATOR_TOKEN.',
      cause: error,
    });
  }
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new Failure('file_invalid', `${path} is not valid JSON.`, {
      remediation: 'Restart the server; it rewrites the file.',
      cause: error,
    });
  }
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function text(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const field = (value as Record<string, unknown>)[key];
  return typeof field === 'string' && field !== '' ? field : undefined;
}
