import type { CheckValue } from '../../shared/checks/check-log.ts';
import { CheckFailedError } from '../../shared/checks/finding.ts';
import { counted } from '../../shared/terminal/words.ts';
import type { CheckContext } from '../check-context.ts';
import { noReply } from '../no-reply.ts';
import { RedisReplyError } from '../wire/link.ts';

/** Selects the database of the URL, and counts its keys. Mentions other databases that contain keys. */
export async function selectDatabase({
  link,
  target,
  info,
  options,
}: CheckContext): Promise<CheckValue<true>> {
  const { database } = target.server;
  try {
    if (database !== 0) await link.send(options.timeoutMs, 'SELECT', String(database));
  } catch (error) {
    if (!(error instanceof RedisReplyError)) throw new CheckFailedError(noReply(error));
    const isForbidden = error.code === 'NOPERM';
    throw new CheckFailedError({
      code: isForbidden ? 'user_without_rights' : 'database_wrong',
      message: `Database ${database} cannot be used: ${error.text}`,
      cause: isForbidden
        ? 'The user may not run SELECT.'
        : 'The server has fewer databases (16 by default), or it is in cluster mode, which has only database 0.',
      remediation: isForbidden
        ? 'Give the user +select.'
        : `Remove /${database} from the end of ${target.variable}, or use a database number that the server has.`,
    });
  }
  const others = [...info.keys()].filter((key) => /^db\d+$/.test(key) && key !== `db${database}`);
  const othersText =
    others.length === 0
      ? ''
      : `; ${others.join(', ')} also ${others.length === 1 ? 'contains' : 'contain'} keys`;
  return { detail: `${database}, with ${counted(keysIn(info, database), 'key')}${othersText}`, value: true };
}

/** INFO keyspace: db0:keys=12,expires=3,avg_ttl=0 */
function keysIn(info: ReadonlyMap<string, string>, database: number): number {
  return Number(/keys=(\d+)/.exec(info.get(`db${database}`) ?? '')?.[1] ?? 0);
}
