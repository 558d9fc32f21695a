import { randomBytes } from 'node:crypto';
import type { CheckValue } from '../../shared/checks/check-log.ts';
import { CheckFailedError, type Finding } from '../../shared/checks/finding.ts';
import type { CheckContext } from '../check-context.ts';
import { noReply } from '../no-reply.ts';
import { type RedisConnection, RedisReplyError } from '../wire/link.ts';
import type { Reply } from '../wire/resp.ts';
import { memoryFull } from './memory.ts';
import { openNode } from './replication/cluster.ts';

/** A key that is left behind expires. */
const expiresAfterSeconds = 60;

/** Sets, reads and deletes a key, as in the guide. In a cluster, follows the redirect to the node that owns the key. */
export async function setGetDelete(context: CheckContext): Promise<CheckValue<true>> {
  const { target, link } = context;
  const key = `${target.keyPrefix}:doctor:${randomBytes(6).toString('hex')}`;
  const value = randomBytes(6).toString('hex');
  const { owner, isOther } = await findOwner(context, key, value);
  try {
    const read = await send(context, owner, 'GET', key);
    const deleted = await send(context, owner, 'DEL', key);
    if (read !== value || deleted !== 1) throw new CheckFailedError(notStored);
    return { detail: `a key below ${target.keyPrefix}: was set, read and deleted`, value: true };
  } finally {
    if (isOther && owner !== link) owner.close();
  }
}

async function findOwner(context: CheckContext, key: string, value: string) {
  const { link, options } = context;
  const set = ['SET', key, value, 'EX', String(expiresAfterSeconds)] as const;
  try {
    await link.send(options.timeoutMs, ...set);
    return { owner: link, isOther: false };
  } catch (error) {
    const moved = error instanceof RedisReplyError ? /^MOVED \d+ (.*):(\d+)$/.exec(error.text) : null;
    if (moved === null) throw writeFailed(error);
    const host = moved[1] === '' || moved[1] === undefined ? context.target.server.host : moved[1];
    const owner = await openNode(context, { host, port: Number(moved[2]) });
    await send(context, owner, ...set);
    return { owner, isOther: true };
  }
}

async function send(
  { options }: CheckContext,
  link: RedisConnection,
  ...words: readonly string[]
): Promise<Reply> {
  try {
    return await link.send(options.timeoutMs, ...words);
  } catch (error) {
    throw writeFailed(error);
  }
}

function writeFailed(error: unknown): CheckFailedError {
  if (!(error instanceof RedisReplyError)) return new CheckFailedError(noReply(error));
  if (error.code === 'OOM') return new CheckFailedError(memoryFull);
  return new CheckFailedError({
    code: error.code === 'NOPERM' ? 'user_without_rights' : 'write_refused',
    message: `The server rejected a write: ${error.text}`,
    cause: causeOf(error.code),
    remediation:
      error.code === 'NOPERM'
        ? 'The check "rights" lists the permissions that the user needs.'
        : 'Check the state of the server and its replicas, then rerun bookedbarber doctor.',
  });
}

function causeOf(code: string): string {
  if (code === 'READONLY') return 'The server has just become a replica: a failover is in progress.';
  if (code === 'MISCONF') return 'The server cannot write to its disk and rejects writes until it can.';
  if (code === 'CLUSTERDOWN') return 'Some slots of the cluster are not covered.';
  if (code === 'NOREPLICAS') return 'The server has fewer replicas than min-replicas-to-write requires.';
  if (code === 'NOPERM') return 'The access string (ACL) of the user does not allow it.';
  return 'The error is not one of the known ones.';
}

const notStored: Omit<Finding, 'severity'> = {
  code: 'value_not_stored',
  message: 'The value read differs from the value just written.',
  cause: 'Reads and writes go to different servers, or a proxy responds in place of the server.',
  remediation: 'Set REDIS_URL to the Primary Endpoint. Do not put a load balancer in front of Redis.',
};
