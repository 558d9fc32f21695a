import { randomBytes } from 'node:crypto';
import type { CheckValue } from '../../shared/checks/check-log.ts';
import { CheckFailedError, type Finding } from '../../shared/checks/finding.ts';
import { counted } from '../../shared/terminal/words.ts';
import type { CheckContext } from '../check-context.ts';
import { noReply } from '../no-reply.ts';
import type { Use } from '../settings/settings-check.ts';
import { RedisReplyError } from '../wire/link.ts';

/**
 * Checks that the user may run every command of the server. Each command runs once, on keys used only by this check.
 * The keys are strings with a TTL, so a command for another type passes the permission check and fails with WRONGTYPE.
 * If the string could not be set, such a command is not sent, since it would write data.
 */
export async function checkPermissions(context: CheckContext): Promise<CheckValue<true>> {
  const { target } = context;
  const mark = randomBytes(6).toString('hex');
  const denied: string[] = [];
  const sets = commandSets(target.uses, target.keyPrefix, mark);
  for (const set of sets) denied.push(...(await deniedCommands(set, mark, context)));
  const isAllowed = denied.length === 0;
  const detail = isAllowed ? `all ${counted(sets.flat().length, 'command')} of the server are allowed` : '';
  return { detail, value: true, findings: isAllowed ? [] : [withoutPermission(denied, context)] };
}

type Words = readonly [string, ...string[]];

const forOtherTypes = ['HSET', 'ZADD', 'LPUSH', 'XADD'];

/** Runs a set of commands, of which the first writes the string. Returns the denied commands. */
async function deniedCommands(
  set: readonly Words[],
  mark: string,
  { link, options }: CheckContext,
): Promise<string[]> {
  const denied: string[] = [];
  let hasString = false;
  for (const words of set) {
    if (!hasString && forOtherTypes.includes(words[0])) continue;
    try {
      const reply = await link.send(options.timeoutMs, ...words);
      if (words[0] === 'SET') hasString = reply === 'OK';
    } catch (error) {
      if (!(error instanceof RedisReplyError)) throw new CheckFailedError(noReply(error));
      if (error.code === 'NOPERM') denied.push(describe(words, error.text, mark));
    }
  }
  return denied;
}

function commandSets(uses: readonly Use[], prefix: string, mark: string): Words[][] {
  const key = `${prefix}:doctor:{${mark}}`;
  const jobsKey = `{${prefix}:j}:doctor:${mark}`;
  const channel = `${prefix}:doctor:${mark}`;
  const tierCommands: Words[] = [
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
    // A channel used only by this check: a message from others would be taken for a reply.
    ['PUBLISH', channel, '1'],
    ['SUBSCRIBE', channel],
    ['UNSUBSCRIBE', channel],
    ['UNLINK', key],
  ];
  const queueCommands: Words[] = [
    ['SET', jobsKey, '1', 'PX', '10000'],
    ['EVAL', "return redis.call('EXISTS', KEYS[1])", '1', jobsKey],
    ['HSET', jobsKey, 'field', '1'],
    ['ZADD', jobsKey, '1', 'member'],
    ['LPUSH', jobsKey, '1'],
    ['XADD', jobsKey, '*', 'field', '1'],
    ['BZPOPMIN', jobsKey, '0.01'],
    ['UNLINK', jobsKey],
  ];
  return [
    ...(uses.includes('cache') || uses.includes('limits') ? [tierCommands] : []),
    ...(uses.includes('jobs') ? [queueCommands] : []),
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

function withoutPermission(denied: readonly string[], { target }: CheckContext): Finding {
  const { username } = target.server;
  const prefix = target.keyPrefix;
  return {
    code: 'user_without_rights',
    severity: 'error',
    message: `User ${username ?? 'default'} is not allowed to run: ${[...new Set(denied)].join(', ')}.`,
    cause:
      'The access string (ACL) of the user lacks permissions that the server needs for cache, limits and jobs.',
    remediation:
      `Set the access string to: on ~${prefix}:* ~{${prefix}:j}* &${prefix}:* &__redis__:invalidate +@all -@admin -@dangerous ` +
      '+info +client +cluster|slots +cluster|shards +cluster|info (ElastiCache: the access string of the user in its user group).',
  };
}
