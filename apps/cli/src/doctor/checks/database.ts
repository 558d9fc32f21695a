import type { Seen } from '../../shared/checks/check-log.ts';
import { CheckFailed } from '../../shared/checks/finding.ts';
import { counted } from '../../shared/terminal/words.ts';
import type { Examination } from '../check-context.ts';
import { noAnswer } from '../no-answer.ts';
import { Refused } from '../wire/link.ts';

/** Whether there is a database with the number of the address; what lies in it and beside it. */
export async function selectDatabase({ link, target, info, manner }: Examination): Promise<Seen<true>> {
  const { database } = target.server;
  try {
    if (database !== 0) await link.ask(manner.timeoutMs, 'SELECT', String(database));
  } catch (error) {
    if (!(error instanceof Refused)) throw new CheckFailed(noAnswer(error));
    const isForbidden = error.code === 'NOPERM';
    throw new CheckFailed({
      code: isForbidden ? 'user_without_rights' : 'database_wrong',
      message: `Database ${database} cannot be used: ${error.text}`,
      cause: isForbidden
        ? 'The user may not run SELECT.'
        : 'The server has fewer databases (16 unless set otherwise), or it is in cluster mode, which has database 0 alone.',
      mend: isForbidden
        ? 'Give the user +select.'
        : `Take /${database} off the end of ${target.variable}, or take a number that the server has.`,
    });
  }
  const others = [...info.keys()].filter((key) => /^db\d+$/.test(key) && key !== `db${database}`);
  const beside = others.length === 0 ? '' : `; ${others.join(', ')} hold keys too`;
  return { detail: `${database}, with ${counted(keysIn(info, database), 'key')}${beside}`, value: true };
}

/** INFO keyspace: db0:keys=12,expires=3,avg_ttl=0 */
function keysIn(info: ReadonlyMap<string, string>, database: number): number {
  return Number(/keys=(\d+)/.exec(info.get(`db${database}`) ?? '')?.[1] ?? 0);
}
