import { randomBytes } from 'node:crypto';
import type { CheckValue } from '../../shared/checks/check-log.ts';
import { CheckFailedError, type Finding } from '../../shared/checks/finding.ts';
import type { CheckContext } from '../check-context.ts';
import { noReply } from '../no-answer.ts';
import { type RedisConnection, RedisReplyError } from '../wire/link.ts';
import type { Reply } from '../wire/resp.ts';
import { openNode } from './cluster.ts';
import { memoryFull } from './memory.ts';

/** A key that was left behind goes away by itself. */
const expiresAfterSeconds = 60;

/** The guide's own test: set a key, get it, delete it. In a cluster the node that owns the key is asked. */
export async function setGetDelete(context: CheckContext): Promise<CheckValue<true>> {
  const { target, link } = context;
  const key = `${target.keyPrefix}:doctor:${randomBytes(6).toString('hex')}`;
  const value = randomBytes(6).toString('hex');
  const { owner, isOther } = await findOwner(context, key, value);
  try {
    const read = await ask(context, owner, 'GET', key);
    const deleted = await ask(context, owner, 'DEL', key);
    if (read !== value || deleted !== 1) throw new CheckFailedError(notStored);
    return { detail: `a key under ${target.keyPrefix}: was written, read and removed`, value: true };
  } finally {
    if (isOther && owner !== link) owner.close();
  }
}

async function findOwner(context: CheckContext, key: string, value: string) {
  const { link, options: manner } = context;
  const set = ['SET', key, value, 'EX', String(expiresAfterSeconds)] as const;
  try {
    await link.ask(manner.timeoutMs, ...set);
    return { owner: link, isOther: false };
  } catch (error) {
    const moved = error instanceof RedisReplyError ? /^MOVED \d+ (.*):(\d+)$/.exec(error.text) : null;
    if (moved === null) throw refusal(error);
    const host = moved[1] === '' || moved[1] === undefined ? context.target.server.host : moved[1];
    const owner = await openNode(context, { host, port: Number(moved[2]) });
    await ask(context, owner, ...set);
    return { owner, isOther: true };
  }
}

async function ask(
  { options: manner }: CheckContext,
  link: RedisConnection,
  ...words: readonly string[]
): Promise<Reply> {
  try {
    return await link.ask(manner.timeoutMs, ...words);
  } catch (error) {
    throw refusal(error);
  }
}

function refusal(error: unknown): CheckFailedError {
  if (!(error instanceof RedisReplyError)) return new CheckFailedError(noReply(error));
  if (error.code === 'OOM') return new CheckFailedError(memoryFull);
  return new CheckFailedError({
    code: error.code === 'NOPERM' ? 'user_without_rights' : 'write_refused',
    message: `The server refuses to keep a key: ${error.text}`,
    cause: causeOf(error.code),
    remediation:
      error.code === 'NOPERM'
        ? 'See the check "rights" for what the user needs.'
        : 'Look at the state of the server and its replicas, then run this again.',
  });
}

function causeOf(code: string): string {
  if (code === 'READONLY') return 'It has become a replica just now: a failover is under way.';
  if (code === 'MISCONF') return 'It cannot write to its disk, and refuses writes until it can.';
  if (code === 'CLUSTERDOWN') return 'The cluster is not whole.';
  if (code === 'NOREPLICAS') return 'It has fewer replicas than min-replicas-to-write asks for.';
  if (code === 'NOPERM') return 'The access string of the user (ACL) does not allow it.';
  return 'It is none of the usual refusals.';
}

const notStored: Omit<Finding, 'severity'> = {
  code: 'value_not_stored',
  message: 'The value that was read is not the one that was written a moment before.',
  cause: 'Reads and writes go to different servers, or something in between answers for the server.',
  remediation: 'Put the Primary Endpoint into REDIS_URL; clients never go through a load balancer.',
};
