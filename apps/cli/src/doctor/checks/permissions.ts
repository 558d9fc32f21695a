import { randomBytes } from 'node:crypto';
import type { CheckValue } from '../../shared/checks/check-log.ts';
import { CheckFailedError, type Finding } from '../../shared/checks/finding.ts';
import { counted } from '../../shared/terminal/words.ts';
import type { CheckContext } from '../check-context.ts';
import { noReply } from '../no-answer.ts';
import type { Use } from '../settings/settings-check.ts';
import { RedisReplyError } from '../wire/link.ts';

/**
 * Whether the user may do what the server does. Each command is sent once, on keys of this check alone. A key is a text
 * that expires by itself, so that a command for another type is answered with WRONGTYPE once the rights have been looked
 * at; without the text such a command is not sent, since it would write.
 */
export async function checkPermissions(context: CheckContext): Promise<CheckValue<true>> {
  const { target } = context;
  const mark = randomBytes(6).toString('hex');
  const refused: string[] = [];
  const sets = commandSets(target.uses, target.keyPrefix, mark);
  for (const set of sets) refused.push(...(await refusedOf(set, mark, context)));
  const isAllowed = refused.length === 0;
  const detail = isAllowed ? `all ${counted(sets.flat().length, 'command')} that the server uses` : '';
  return { detail, value: true, findings: isAllowed ? [] : [withoutPermission(refused, context)] };
}

type Words = readonly [string, ...string[]];

const forOtherTypes = ['HSET', 'ZADD', 'LPUSH', 'XADD'];

/** Of a set that begins with writing the text. */
async function refusedOf(
  set: readonly Words[],
  mark: string,
  { link, options: manner }: CheckContext,
): Promise<string[]> {
  const refused: string[] = [];
  let hasText = false;
  for (const words of set) {
    if (!hasText && forOtherTypes.includes(words[0])) continue;
    try {
      const reply = await link.ask(manner.timeoutMs, ...words);
      if (words[0] === 'SET') hasText = reply === 'OK';
    } catch (error) {
      if (!(error instanceof RedisReplyError)) throw new CheckFailedError(noReply(error));
      if (error.code === 'NOPERM') refused.push(describe(words, error.text, mark));
    }
  }
  return refused;
}

function commandSets(uses: readonly Use[], prefix: string, mark: string): Words[][] {
  const key = `${prefix}:doctor:{${mark}}`;
  const ofJobs = `{${prefix}:j}:doctor:${mark}`;
  const channel = `${prefix}:doctor:${mark}`;
  const ofTier: Words[] = [
    ['SET', key, '1', 'PX', '10000'],
    ['GET', key],
    ['MGET', key, key],
    ['PEXPIRE', key, '10000'],
    ['EVAL', "return redis.call('EXISTS', KEYS[1])", '1', key],
    ['HGETALL', key],
    ['ZCARD', key],
    ['SCAN', '0', 'COUNT', '1'],
    ['TIME'],
    ['CLIENT', 'SETNAME', 'bookedbarber-doctor'],
    ['CLIENT', 'TRACKING', 'OFF'],
    // A channel of this check alone: what others say there would be taken for an answer.
    ['PUBLISH', channel, '1'],
    ['SUBSCRIBE', channel],
    ['UNSUBSCRIBE', channel],
    ['UNLINK', key],
  ];
  const ofQueue: Words[] = [
    ['SET', ofJobs, '1', 'PX', '10000'],
    ['EVAL', "return redis.call('EXISTS', KEYS[1])", '1', ofJobs],
    ['HSET', ofJobs, 'field', '1'],
    ['ZADD', ofJobs, '1', 'member'],
    ['LPUSH', ofJobs, '1'],
    ['XADD', ofJobs, '*', 'field', '1'],
    ['BZPOPMIN', ofJobs, '0.01'],
    ['UNLINK', ofJobs],
  ];
  return [
    ...(uses.includes('cache') || uses.includes('limits') ? [ofTier] : []),
    ...(uses.includes('jobs') ? [ofQueue] : []),
  ];
}

function describe([command, ...words]: Words, text: string, mark: string): string {
  if (/channel/.test(text)) return `${command} on channels like ${keyPattern(words, mark)}`;
  if (/\bkeys?\b/.test(text)) return `${command} on keys like ${keyPattern(words, mark)}`;
  return command === 'CLIENT' ? `CLIENT ${words[0]}` : command;
}

function keyPattern(words: readonly string[], mark: string): string {
  const key = words.find((word) => word.includes(mark)) ?? '';
  return `${key.slice(0, key.indexOf('doctor'))}*`;
}

function withoutPermission(refused: readonly string[], { target }: CheckContext): Finding {
  const { username } = target.server;
  const prefix = target.keyPrefix;
  return {
    code: 'user_without_rights',
    severity: 'error',
    message: `User ${username ?? 'default'} may not: ${[...new Set(refused)].join(', ')}.`,
    cause:
      'The access string of the user (ACL) does not cover what the server does with cache, limits and jobs.',
    remediation:
      `Give it: on ~${prefix}:* ~{${prefix}:j}* &${prefix}:* &__redis__:invalidate +@all -@admin -@dangerous ` +
      '+info +client +cluster|slots +cluster|shards +cluster|info (ElastiCache: the access string in its user group).',
  };
}
