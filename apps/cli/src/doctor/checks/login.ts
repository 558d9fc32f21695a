import type { CheckValue } from '../../shared/checks/check-log.ts';
import { CheckFailedError, type Finding } from '../../shared/checks/finding.ts';
import type { CheckOptions } from '../check-context.ts';
import { noReply } from '../no-reply.ts';
import type { Target } from '../settings/settings-check.ts';
import { type RedisConnection, RedisReplyError } from '../wire/link.ts';

/** Authenticates with the user and password of the settings. */
export async function logIn(
  link: RedisConnection,
  { server, variable }: Target,
  { timeoutMs }: Pick<CheckOptions, 'timeoutMs'>,
): Promise<CheckValue<true>> {
  const { username, password } = server;
  try {
    if (password !== null) {
      await link.send(timeoutMs, 'AUTH', ...(username === null ? [] : [username]), password);
      return { detail: username === null ? 'password accepted' : `as user ${username}`, value: true };
    }
    await link.send(timeoutMs, 'PING');
    return { detail: 'no password required', value: true };
  } catch (error) {
    if (!(error instanceof RedisReplyError)) throw new CheckFailedError(noReply(error));
    if (requiresNoPassword(error)) {
      return { detail: 'no password required', value: true, findings: [passwordNotRequired(variable)] };
    }
    throw new CheckFailedError(loginFinding(error, variable, username));
  }
}

/** True for the error of a server without a password that received one. */
function requiresNoPassword({ text }: RedisReplyError): boolean {
  return /without any password configured|no password is set/i.test(text);
}

function loginFinding(
  { code, text }: RedisReplyError,
  variable: Target['variable'],
  username: string | null,
): Omit<Finding, 'severity'> {
  const setting = variable === 'REDIS_URL' ? 'REDIS_PASSWORD' : 'the password in REDIS_JOBS_URL';
  if (code === 'NOAUTH') {
    return {
      code: 'password_missing',
      message: 'The server requires a password, but none is set.',
      cause: 'Redis AUTH is on, and the settings contain no password.',
      remediation: `Set ${setting} to the AUTH token of the cluster.`,
    };
  }
  if (code === 'WRONGPASS' || /invalid password/i.test(text)) {
    return {
      code: 'password_wrong',
      message:
        username === null
          ? 'The server rejected the password.'
          : `The server rejected user ${username} with this password.`,
      cause:
        username === null
          ? 'The AUTH token was rotated, or a character was lost (quotes, # or $ in a shell or a file).'
          : 'The password is wrong, or the user does not exist or is disabled.',
      remediation: `Compare ${setting}${username === null ? '' : ' and REDIS_USERNAME'} with the secret of the cluster. bookedbarber env writes and quotes it correctly.`,
    };
  }
  return {
    code: 'login_refused',
    message: `The server rejected the login: ${text}`,
    cause: 'Redis, Valkey and ElastiCache do not return this error for a wrong password.',
    remediation: 'Check the configuration of AUTH on the server: the command may be renamed or disabled.',
  };
}

function passwordNotRequired(variable: Target['variable']): Finding {
  return {
    code: 'password_not_required',
    severity: 'warning',
    message:
      'The server requires no password: anyone can connect, and the password in the settings is not used.',
    cause: 'Redis AUTH is off on the server.',
    remediation: `Turn on Redis AUTH (ElastiCache requires encryption in transit for it), or check the host in ${variable}.`,
  };
}
