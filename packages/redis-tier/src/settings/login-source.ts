import type { EnvReader } from './env-reader.ts';

/** Where a password comes from that may change while the process runs. */
export type LoginSource =
  /** A file that is read every `everyMs`, such as a secret that Docker or Kubernetes mounts. */
  | { kind: 'file'; path: string; everyMs: number }
  /** A secret that is asked for every `everyMs` by its name or ARN. */
  | { kind: 'secret'; id: string; everyMs: number };

/** What begins the names of a server's variables. */
export type ServerVariables = 'REDIS' | 'REDIS_JOBS';

const fileEverySeconds = 5;
const secretEverySeconds = 300;
const longestPath = 4096;
const secretName = /^[A-Za-z0-9/_+=.@-]{1,512}$/;
const secretArn = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]{1,512}$/;

/** The source that the variables of a server name, or null; a password has one source alone. */
export function readLoginSource(
  env: EnvReader,
  variables: ServerVariables,
  refreshSeconds: number | null,
): LoginSource | null {
  const file = env.text(`${variables}_PASSWORD_FILE`);
  const secret = env.text(`${variables}_PASSWORD_SECRET`);
  if (file !== undefined && secret !== undefined) {
    env.fault(
      `${variables}_PASSWORD_FILE and ${variables}_PASSWORD_SECRET both say where the password is: keep one of them.`,
    );
  }
  if (file !== undefined) {
    if (file.length > longestPath) env.fault(`${variables}_PASSWORD_FILE wants the path of a file.`);
    return { kind: 'file', path: file, everyMs: (refreshSeconds ?? fileEverySeconds) * 1000 };
  }
  if (secret === undefined) return null;
  if (!secretName.test(secret) && !secretArn.test(secret)) {
    env.fault(
      `${variables}_PASSWORD_SECRET wants the name of a secret or its ARN, such as arn:aws:secretsmanager:...; the ` +
        'password itself belongs into it, not here.',
    );
  }
  return { kind: 'secret', id: secret, everyMs: (refreshSeconds ?? secretEverySeconds) * 1000 };
}

/** In seconds; null where nothing is said, so that it depends on the source. */
export function readPasswordRefresh(env: EnvReader): number | null {
  return env.integer('REDIS_PASSWORD_REFRESH', 0, { least: 1, most: 3600 }) || null;
}

/** The variable that names a source, for messages. */
export function variableOf(source: LoginSource, variables: ServerVariables): string {
  return `${variables}_PASSWORD_${source.kind === 'file' ? 'FILE' : 'SECRET'}`;
}
