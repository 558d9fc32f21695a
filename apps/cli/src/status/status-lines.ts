import type { ServerStatus } from '@bookedbarber/contract';
import { pausedLines } from '../messages/sending-lines.ts';
import { bar } from '../shared/terminal/bar.ts';
import type { Paint } from '../shared/terminal/paint.ts';
import { sparkline } from '../shared/terminal/sparkline.ts';
import { pairs } from '../shared/terminal/table.ts';
import { bytes, count, counted, percent, span, wrap } from '../shared/terminal/words.ts';
import { limitTable, policyTable } from './status-tables.ts';

export type StatusView = {
  server: string;
  now: ServerStatus;
  /** What was shown before, the oldest first; of once, nothing. */
  before: readonly ServerStatus[];
  columns: number;
  paint: Paint;
};

/** The status of an installation for somebody at a terminal, as many lines as it takes. */
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
  if (alerts.length === 0) return paint.good('all is well');
  const pages = alerts.filter(({ severity }) => severity === 'page').length;
  const words = counted(alerts.length, 'alert');
  return pages > 0 ? paint.bad(`${words}, ${pages} urgent`) : paint.warning(words);
}

function redisLines({ now: { redis }, before, columns, paint }: StatusView): string[] {
  const heading = paint.heading('Redis');
  if (!redis.configured) return [`${heading}  ${paint.warning('none is configured')}`];
  if (!redis.available) return [`${heading}  ${paint.bad('does not answer')}`];
  const operations = [...before, { redis }].map((one) => one.redis.operations_per_second ?? 0);
  const trend = operations.length > 1 ? `  ${sparkline(operations.slice(-20))}` : '';
  return [
    heading,
    ...pairs([
      ['memory', memoryOf(redis, columns)],
      ['connections', ofMost(redis.clients, redis.max_clients)],
      ['operations', `${said(redis.operations_per_second, (value) => `${count(value)}/s`)}${trend}`],
      [
        'evicted',
        `${said(redis.evicted_keys, (value) => counted(value, 'key'))}, ${redis.eviction_policy ?? 'unknown policy'}`,
      ],
    ]),
  ];
}

function memoryOf(
  { used_memory_bytes: used, max_memory_bytes: most }: ServerStatus['redis'],
  columns: number,
) {
  if (used === null || most === null) return '-';
  if (most === 0) return `${bytes(used)}, without a bound`;
  const picture = columns >= 64 ? `${bar(used / most, 16)} ` : '';
  return `${picture}${percent(used, most)}, ${bytes(used)} of ${bytes(most)}`;
}

function ofMost(value: number | null, most: number | null): string {
  return most === null ? said(value, count) : `${said(value, count)} of ${count(most)}`;
}

function said(value: number | null, words: (value: number) => string): string {
  return value === null ? '-' : words(value);
}

function cacheLines({ now: { cache }, columns, paint }: StatusView): string[] {
  const heading = paint.heading('Cache');
  if (!cache.enabled) return [`${heading}  ${paint.warning('is off: everything is read from the database')}`];
  const kept =
    cache.pending_invalidations > 0
      ? [
          paint.warning(
            `  changes of ${counted(cache.pending_invalidations, 'scope')} wait to be told to Redis`,
          ),
        ]
      : [];
  const recent = percent(cache.recent_hits, cache.recent_lookups);
  const ever = percent(cache.hits, cache.lookups);
  return [
    columns < 72
      ? `${heading}  hits ${recent}, ever ${ever}`
      : `${heading}  hit rate ${recent} in the last 5 minutes, ${ever} since the start`,
    ...policyTable(cache.policies, columns, paint),
    ...kept,
  ];
}

const deciders = {
  redis: 'decided in Redis',
  local: 'each process alone, without Redis',
  outage: 'nothing is known',
  none: 'there are none',
};

function limitLines({ now: { limits }, before, paint }: StatusView): string[] {
  const { decided_by: by, by_limit: resources } = limits;
  const words = by === 'local' || by === 'outage' ? paint.warning(deciders[by]) : deciders[by];
  const asked = resources.filter(({ allowed, denied, unavailable }) => allowed + denied + unavailable > 0);
  return [`${paint.heading('Limits')}  ${words}`, ...limitTable(asked, before.at(-1), paint)];
}

/** Where a message may be that is not done with. */
const shownAlways = ['pending', 'enqueued', 'sending', 'sent'];

function messageLines({ now: { messages, queue }, columns, paint }: StatusView): string[] {
  const heading = paint.heading('Messages');
  if (messages === null) return [`${heading}  ${paint.bad('the database does not answer')}`];
  const { states, late, lag_seconds: lag } = messages;
  const words = Object.entries(states)
    .filter(([state, number]) => number > 0 || shownAlways.includes(state))
    .map(([state, number]) => `${count(number)} ${state}`)
    .join(', ');
  const lateness =
    late > 0 ? paint.bad(`${count(late)} late, the latest by ${span(lag)}`) : `lag ${span(lag)}`;
  return [
    `${heading}  ${lateness}`,
    ...pausedLines(messages, paint),
    ...wrap(`${words}; ${roads[queue]}`, '  ', columns),
  ];
}

const roads = {
  none: 'without a queue',
  shared: 'queue on the Redis of the cache',
  own: 'queue on its own Redis',
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
