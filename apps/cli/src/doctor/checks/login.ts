import type { CheckValue } from '../../shared/checks/check-log.ts';
import { CheckFailedError, type Finding } from '../../shared/checks/finding.ts';
import type { CheckOptions } from '../check-context.ts';
import { noReply } from '../no-answer.ts';
import type { Target } from '../settings/settings-check.ts';
import { type RedisConnection, RedisReplyError } from '../wire/link.ts';

/** Whether the server lets us in. */
export async function logIn(
  link: RedisConnection,
  { server, variable }: Target,
  { timeoutMs }: Pick<CheckOptions, 'timeoutMs'>,
): Promise<CheckValue<true>> {
  const { username, password } = server;
  try {
    if (password !== null) {
      await link.ask(timeoutMs, 'AUTH', ...(username === null ? [] : [username]), password);
      return { detail: username === null ? 'the password is right' : `as user ${username}`, value: true };
    }
    await link.ask(timeoutMs, 'PING');
    return { detail: 'no password is asked for', value: true };
  } catch (error) {
    if (!(error instanceof RedisReplyError)) throw new CheckFailedError(noReply(error));
    if (requiresNoPassword(error)) {
      return { detail: 'no password is asked for', value: true, findings: [passwordNotRequired(variable)] };
    }
    throw new CheckFailedError(loginFinding(error, variable, username));
  }
}

/** A server without a password answers so to one that is sent. */
function requiresNoPassword({ text }: RedisReplyError): boolean {
  return /without any password configured|no password is set/i.test(text);
}

function loginFinding(
  { code, text }: RedisReplyError,
  variable: Target['variable'],
  username: string | null,
): Omit<Finding, 'severity'> {
  const place = variable === 'REDIS_URL' ? 'REDIS_PASSWORD' : 'the address in REDIS_JOBS_URL';
  if (code === 'NOAUTH') {
    return {
      code: 'password_missing',
      message: 'The server wants a password, and none is set.',
      cause: 'Redis AUTH is on, and the settings hold no password.',
      remediation: `Set ${place} to the AUTH token of the cluster.`,
    };
  }
  if (code === 'WRONGPASS' || /invalid password/i.test(text)) {
    return {
      code: 'password_wrong',
      message:
        username === null
          ? 'The server refuses the password.'
          : `The server refuses user ${username} with this password.`,
      cause:
        username === null
          ? 'The AUTH token is another one: it was rotated, or a character was lost (quotes, a # or $ in a shell or a file).'
          : 'The password is another one, or there is no such user, or the user is switched off.',
      remediation: `Verify ${place}${username === null ? '' : ' and REDIS_USERNAME'} against the secret that the cluster was given; bookedbarber env writes it without losing a character.`,
    };
  }
  return {
    code: 'login_refused',
    message: `The server refuses the login: ${text}`,
    cause: 'It is no error that a Redis, Valkey or ElastiCache gives for a wrong password.',
    remediation: 'Look at what the server says of AUTH: the command may have been renamed or switched off.',
  };
}

function passwordNotRequired(variable: Target['variable']): Finding {
  return {
    code: 'password_not_required',
    severity: 'warning',
    message: 'The server lets everybody in: it has no password, and the one of the settings is not used.',
    cause: 'Redis AUTH is off on the server.',
    remediation: `Turn Redis AUTH on (ElastiCache wants encryption in transit for it), or check the host in ${variable}.`,
  };
}
