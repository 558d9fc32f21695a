import type { EnvReader } from './env-reader.ts';

/** The source of a password that may change while the process runs. */
export type LoginSource =
  /** A file that is read every `everyMs`, such as a secret that Docker or Kubernetes mounts. */
  | { kind: 'file'; path: string; everyMs: number }
  /** A secret in AWS Secrets Manager that is read every `everyMs`, by name or ARN. */
  | { kind: 'secret'; id: string; everyMs: number }
  /**
   * A token that is signed every `everyMs` for an IAM user. Open connections authenticate again every
   * `reauthenticateEveryMs`; `cache` is the name of the replication group or of the serverless cache.
   */
  | {
      kind: 'iam';
      user: string;
      cache: string;
      region: string;
      serverless: boolean;
      everyMs: number;
      reauthenticateEveryMs: number;
    };

/** The prefix of a server's variables. */
export type ServerVariables = 'REDIS' | 'REDIS_JOBS';

const fileEverySeconds = 5;
const secretEverySeconds = 300;
const maxPath = 4096;
/** A token is valid for 15 minutes, and a connection for 12 hours after its last authentication. */
const iamTimes = { everyMs: 600_000, reauthenticateEveryMs: 21_600_000 };
const iamName = /^[a-z][a-z0-9-]{0,39}$/;
const secretName = /^[A-Za-z0-9/_+=.@-]{1,512}$/;
const secretArn = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]{1,512}$/;

/**
 * The password source that the variables of a server name, or null. Only one source is allowed. `url` is the server's
 * URL, null when there is none.
 */
export function readLoginSource(
  env: EnvReader,
  variables: ServerVariables,
  { url, refreshSeconds }: { url: URL | null; refreshSeconds: number | null },
): LoginSource | null {
  const sources = [
    readFileSource(env, variables, refreshSeconds),
    readSecretSource(env, variables, refreshSeconds),
    readIamSource(env, variables, url),
  ].filter((source) => source !== null);
  const [first, second] = sources;
  if (first !== undefined && second !== undefined)
    env.report(
      `${variableOf(first, variables)} and ${variableOf(second, variables)} both name a source of the password: keep one of them.`,
    );
  return first ?? null;
}

function readFileSource(
  env: EnvReader,
  variables: ServerVariables,
  refreshSeconds: number | null,
): LoginSource | null {
  const path = env.text(`${variables}_PASSWORD_FILE`);
  if (path === undefined) return null;
  if (path.length > maxPath) env.report(`${variables}_PASSWORD_FILE must be the path of a file.`);
  return { kind: 'file', path, everyMs: (refreshSeconds ?? fileEverySeconds) * 1000 };
}

function readSecretSource(
  env: EnvReader,
  variables: ServerVariables,
  refreshSeconds: number | null,
): LoginSource | null {
  const id = env.text(`${variables}_PASSWORD_SECRET`);
  if (id === undefined) return null;
  if (!secretName.test(id) && !secretArn.test(id)) {
    env.report(
      `${variables}_PASSWORD_SECRET must be the name of a secret or its ARN, such as arn:aws:secretsmanager:...; the ` +
        'password itself belongs in the secret, not here.',
    );
  }
  return { kind: 'secret', id, everyMs: (refreshSeconds ?? secretEverySeconds) * 1000 };
}

/**
 * The IAM source, or null. It exists when its user or cache is set; the host name tells whether the cache is
 * serverless.
 */
function readIamSource(env: EnvReader, variables: ServerVariables, url: URL | null): LoginSource | null {
  const user = env.text(`${variables}_IAM_USER`);
  const cache = env.text(`${variables}_IAM_CACHE`);
  const region = env.text('REDIS_IAM_REGION') ?? env.text('AWS_REGION');
  if (user === undefined && cache === undefined) return null;
  for (const [name, value] of [
    [`${variables}_IAM_USER`, user],
    [`${variables}_IAM_CACHE`, cache],
  ] as const) {
    if (!iamName.test(value ?? ''))
      env.report(
        `${name} must be 1 to 40 lowercase letters, digits and hyphens: ${variables}_IAM_USER is the user of ElastiCache, ` +
          `${variables}_IAM_CACHE the name of the replication group or the serverless cache.`,
      );
  }
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region ?? ''))
    env.report('REDIS_IAM_REGION must be the region of the cache, such as us-east-1. AWS_REGION works too.');
  if (url !== null && url.protocol !== 'rediss:')
    env.report(`${variables}_IAM_USER requires TLS: begin ${variables}_URL with rediss://.`);
  return {
    kind: 'iam',
    user: user ?? '',
    cache: cache ?? '',
    region: region ?? '',
    serverless: url?.hostname.includes('.serverless.') === true,
    ...iamTimes,
  };
}

/** In seconds; null when not set, so that the default depends on the source. */
export function readPasswordRefresh(env: EnvReader): number | null {
  return env.integer('REDIS_PASSWORD_REFRESH', 0, { least: 1, most: 3600 }) || null;
}

/** The variable of a source, for messages. */
export function variableOf(source: LoginSource, variables: ServerVariables): string {
  const ends = { file: 'PASSWORD_FILE', secret: 'PASSWORD_SECRET', iam: 'IAM_USER' } as const;
  return `${variables}_${ends[source.kind]}`;
}
