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
  /** Where the settings come from, for use in a sentence. */
  source: string;
};

/**
 * Finds the settings to check: those of the given URL, else of the given file, else of the environment, else of
 * `.env.production` in the working folder, else of the local instance. The environment takes precedence over a file, as
 * it does in the server.
 *
 * Throws UsageError when there are none, and Failure for an unreadable file.
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
      remediation: 'Pass the file with the settings of the server. `bookedbarber env` writes one.',
    });
  }
  const readProductionFile = () => readFile(resolve(context.workingFolder, productionEnvFile));
  if (isFilled(variables['REDIS_URL'])) {
    // Never send the production password to a development Redis.
    const file = variables['NODE_ENV'] === 'production' ? readProductionFile() : null;
    return { variables: withEnvFile(variables, file), source: 'the environment' };
  }
  const file = readProductionFile();
  if (file !== null) return { variables: withEnvFile(variables, file), source: productionEnvFile };
  return ofLocalInstance(context);
}

/** Removes every variable for a password or its source. */
export const noPassword = {
  REDIS_PASSWORD: undefined,
  REDIS_PASSWORD_FILE: undefined,
  REDIS_PASSWORD_SECRET: undefined,
  REDIS_IAM_USER: undefined,
  REDIS_IAM_CACHE: undefined,
} as const;

/** Removes the separate server for jobs. */
const noJobsServer = {
  REDIS_JOBS_URL: undefined,
  REDIS_JOBS_PASSWORD_FILE: undefined,
  REDIS_JOBS_PASSWORD_SECRET: undefined,
  REDIS_JOBS_IAM_USER: undefined,
  REDIS_JOBS_IAM_CACHE: undefined,
} as const;

/** Replaces the URL settings of the environment. Credentials that the URL lacks come from the environment. */
function withAddress(variables: Variables, redisUrl: string): Variables {
  const url = URL.canParse(redisUrl) ? new URL(redisUrl) : undefined;
  return {
    ...variables,
    REDIS_SSL: undefined,
    ...noJobsServer,
    REDIS_URL: redisUrl,
    ...(url !== undefined && url.password !== '' ? noPassword : {}),
    ...(url !== undefined && url.username !== '' ? { REDIS_USERNAME: undefined } : {}),
  };
}

function ofLocalInstance(context: CommandContext): SettingsSource {
  const local = findLocalInstance(context);
  if (local?.redisUrl === undefined) {
    throw new UsageError('No Redis is configured.', {
      remediation: 'Pass a URL such as rediss://host:6379, set REDIS_URL, or pass a file with --env-file.',
    });
  }
  const { redisUrl, redisPassword, folder } = local;
  const variables = withAddress(context.environment.variables, redisUrl);
  // The stored password is that of the embedded Redis, which listens only on the loopback interface.
  const password = URL.canParse(redisUrl) && isLoopback(new URL(redisUrl)) ? redisPassword : undefined;
  return {
    variables: { ...variables, ...noPassword, REDIS_USERNAME: undefined, REDIS_PASSWORD: password },
    source: `the local instance in ${folder}`,
  };
}

function readFile(path: string): Variables | null {
  try {
    return readEnvFile(path);
  } catch (error) {
    throw new Failure('file_unreadable', `${path} cannot be read.`, {
      remediation:
        'Check its permissions. Only its owner and the user of the server should be able to read it.',
      cause: error,
    });
  }
}

function isFilled(text: string | undefined): boolean {
  return text !== undefined && text.trim() !== '';
}
