import { resolve } from 'node:path';
import {
  productionEnvFile,
  readEnvFile,
  type Variables,
  withEnvFile,
} from '@bookedbarber/redis-tier/settings';
import { isLoopback } from '../../shared/api/connection.ts';
import { findLocalInstance } from '../../shared/api/data-folder.ts';
import type { CommandContext } from '../../shared/io.ts';
import { Failure, UsageError } from '../../shared/user-error.ts';

export type SettingsSource = {
  variables: Variables;
  /** Where they stand, as words for a sentence. */
  source: string;
};

/**
 * The settings to examine: a named address, else a named file, else the environment, else `.env.production` here, else
 * the Redis of the local instance. What stands in the environment wins over a file, as it does for the server.
 *
 * Throws UsageError when there is none, Failure for a file that cannot be read.
 */
export function findSettings(
  named: { redisUrl: string | undefined; envFile: string | undefined },
  context: CommandContext,
): SettingsSource {
  const { variables } = context.environment;
  if (named.redisUrl !== undefined) {
    return { variables: withAddress(variables, named.redisUrl), source: 'the command line' };
  }
  if (named.envFile !== undefined) {
    const file = readFile(resolve(context.workingFolder, named.envFile));
    if (file !== null) return { variables: withEnvFile(variables, file), source: named.envFile };
    throw new Failure('file_missing', `There is no file ${named.envFile}.`, {
      remediation: 'Name the file with the settings of the server; `bookedbarber env` writes one.',
    });
  }
  const ofFolder = () => readFile(resolve(context.workingFolder, productionEnvFile));
  if (isFilled(variables['REDIS_URL'])) {
    // A developer's own Redis is not to be greeted with the password of production.
    const file = variables['NODE_ENV'] === 'production' ? ofFolder() : null;
    return { variables: withEnvFile(variables, file), source: 'the environment' };
  }
  const file = ofFolder();
  if (file !== null) return { variables: withEnvFile(variables, file), source: productionEnvFile };
  return ofLocalInstance(context);
}

/** Every name under which a password, or where it is, may stand. */
export const noPassword = {
  REDIS_PASSWORD: undefined,
  REDIS_PASSWORD_FILE: undefined,
  REDIS_PASSWORD_SECRET: undefined,
  REDIS_IAM_USER: undefined,
  REDIS_IAM_CACHE: undefined,
} as const;

/** The address replaces what the environment says of one; credentials that it lacks come from there. */
function withAddress(variables: Variables, redisUrl: string): Variables {
  const url = URL.canParse(redisUrl) ? new URL(redisUrl) : undefined;
  const { REDIS_SSL: _ssl, REDIS_JOBS_URL: _jobs, ...rest } = variables;
  return {
    ...rest,
    REDIS_URL: redisUrl,
    ...(url !== undefined && url.password !== '' ? noPassword : {}),
    ...(url !== undefined && url.username !== '' ? { REDIS_USERNAME: undefined } : {}),
  };
}

function ofLocalInstance(context: CommandContext): SettingsSource {
  const local = findLocalInstance(context);
  if (local?.redisUrl === undefined) {
    throw new UsageError('There is no Redis to look at.', {
      remediation: 'Name one, such as rediss://host:6379, or set REDIS_URL, or name a file with --env-file.',
    });
  }
  const { redisUrl, redisPassword, folder } = local;
  const { REDIS_USERNAME: _user, ...rest } = withAddress(context.environment.variables, redisUrl);
  // The kept password belongs to the embedded server, which listens nowhere else.
  const password = URL.canParse(redisUrl) && isLoopback(new URL(redisUrl)) ? redisPassword : undefined;
  return {
    variables: { ...rest, ...noPassword, REDIS_PASSWORD: password },
    source: `the local instance in ${folder}`,
  };
}

function readFile(path: string): Variables | null {
  try {
    return readEnvFile(path);
  } catch (error) {
    throw new Failure('file_unreadable', `${path} cannot be read.`, {
      remediation: 'Check its permissions: only its owner and the user of the server may read it.',
      cause: error,
    });
  }
}

function isFilled(text: string | undefined): boolean {
  return text !== undefined && text.trim() !== '';
}
