import type { ServerStatus } from '@bookedbarber/contract';
import { lateness, pausedLines } from '../messages/sending-lines.ts';
import { bar } from '../shared/terminal/bar.ts';
import type { Paint } from '../shared/terminal/paint.ts';
import { sparkline } from '../shared/terminal/sparkline.ts';
import { pairs } from '../shared/terminal/table.ts';
import { bytes, count, counted, percent, wrap } from '../shared/terminal/words.ts';
import { limitTable, policyTable } from './status-tables.ts';

export type StatusView = {
  server: string;
  now: ServerStatus;
  /** Earlier statuses, oldest first; empty for a single printout. */
  before: readonly ServerStatus[];
  columns: number;
  paint: Paint;
};

/** The status of an installation as terminal output. */
export function statusLines(view: StatusView): string[] {
  const { now, paint } = view;
  return [
    paint.heading(`BookedBarber at ${view.server}`),
    `${counted(now.processes, 'process', 'processes')}, ${now.at.slice(11, 19)} UTC; ${verdict(view)}`,
    '',
    ...redisLines(view),
    '',
    ...cacheLines(view),
    '',
    ...limitLines(view),
    '',
    ...messageLines(view),
    ...alertLines(view),
  ];
}

function verdict({ now: { alerts }, paint }: StatusView): string {
  if (alerts.length === 0) return paint.good('no alerts');
  const pages = alerts.filter(({ severity }) => severity === 'page').length;
  const words = counted(alerts.length, 'alert');
  return pages > 0 ? paint.bad(`${words}, ${pages} urgent`) : paint.warning(words);
}

function redisLines({ now: { redis }, before, columns, paint }: StatusView): string[] {
  const heading = paint.heading('Redis');
  if (!redis.configured) return [`${heading}  ${paint.warning('not configured')}`];
  if (!redis.available) return [`${heading}  ${paint.bad('does not respond')}`];
  const operations = [...before, { redis }].map((one) => one.redis.operations_per_second ?? 0);
  const trend = operations.length > 1 ? `  ${sparkline(operations.slice(-20))}` : '';
  return [
    heading,
    ...pairs([
      ['memory', memoryOf(redis, columns)],
      ['connections', withMaximum(redis.clients, redis.max_clients)],
      ['operations', `${orDash(redis.operations_per_second, (value) => `${count(value)}/s`)}${trend}`],
      [
        'evicted',
        `${orDash(redis.evicted_keys, (value) => counted(value, 'key'))}, ${redis.eviction_policy ?? 'unknown policy'}`,
      ],
    ]),
  ];
}

function memoryOf(
  { used_memory_bytes: used, max_memory_bytes: max }: ServerStatus['redis'],
  columns: number,
) {
  if (used === null || max === null) return '-';
  if (max === 0) return `${bytes(used)}, no limit`;
  const usageBar = columns >= 64 ? `${bar(used / max, 16)} ` : '';
  return `${usageBar}${percent(used, max)}, ${bytes(used)} of ${bytes(max)}`;
}

function withMaximum(value: number | null, max: number | null): string {
  return max === null ? orDash(value, count) : `${orDash(value, count)} of ${count(max)}`;
}

function orDash(value: number | null, format: (value: number) => string): string {
  return value === null ? '-' : format(value);
}

function cacheLines({ now: { cache }, columns, paint }: StatusView): string[] {
  const heading = paint.heading('Cache');
  if (!cache.enabled) return [`${heading}  ${paint.warning('off: all data is read from the database')}`];
  const pending =
    cache.pending_invalidations > 0
      ? [
          paint.warning(
            `  invalidations of ${counted(cache.pending_invalidations, 'namespace')} pending until Redis is reachable`,
          ),
        ]
      : [];
  const recent = percent(cache.recent_hits, cache.recent_lookups);
  const sinceStart = percent(cache.hits, cache.lookups);
  return [
    columns < 72
      ? `${heading}  hits ${recent}, since start ${sinceStart}`
      : `${heading}  hit rate ${recent} in the last 5 minutes, ${sinceStart} since the start`,
    ...policyTable(cache.policies, columns, paint),
    ...pending,
  ];
}

const deciders = {
  redis: 'decided in Redis',
  local: 'per process, without Redis',
  outage: 'unknown',
  none: 'none',
};

function limitLines({ now: { limits }, before, paint }: StatusView): string[] {
  const { decided_by: by, by_limit: byLimit } = limits;
  const words = by === 'local' || by === 'outage' ? paint.warning(deciders[by]) : deciders[by];
  const used = byLimit.filter(({ allowed, denied, unavailable }) => allowed + denied + unavailable > 0);
  return [`${paint.heading('Limits')}  ${words}`, ...limitTable(used, before.at(-1), paint)];
}

/** Message states that are shown even if no message is in them. */
const shownAlways = ['pending', 'enqueued', 'sending', 'sent'];

function messageLines({ now: { messages, queue }, columns, paint }: StatusView): string[] {
  const heading = paint.heading('Messages');
  if (messages === null) return [`${heading}  ${paint.bad('the database does not respond')}`];
  const words = Object.entries(messages.states)
    .filter(([state, number]) => number > 0 || shownAlways.includes(state))
    .map(([state, number]) => `${count(number)} ${state}`)
    .join(', ');
  return [
    `${heading}  ${lateness(messages, paint)}`,
    ...pausedLines(messages, paint),
    ...wrap(`${words}; ${queueWords[queue]}`, '  ', columns),
  ];
}

const queueWords = {
  none: 'no queue',
  shared: 'queue in the Redis of the cache',
  own: 'queue in a separate Redis',
};

function alertLines({ now: { alerts }, columns, paint }: StatusView): string[] {
  if (alerts.length === 0) return [];
  return [
    '',
    paint.heading('Alerts'),
    ...alerts.flatMap(({ code, severity, title, detail, remediation }) => {
      const mark = severity === 'page' ? paint.bad('now') : paint.warning('soon');
      return [`  ${mark}  ${title} (${code})`, ...wrap(`${detail} ${remediation}`, '       ', columns)];
    }),
  ];
}
