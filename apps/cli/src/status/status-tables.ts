import type { ServerStatus } from '@bookedbarber/contract';
import { bar } from '../shared/terminal/bar.ts';
import type { Paint } from '../shared/terminal/paint.ts';
import { type Column, table } from '../shared/terminal/table.ts';
import { count, percent, span } from '../shared/terminal/words.ts';

type Policy = ServerStatus['cache']['policies'][number];
type Limit = ServerStatus['limits']['by_limit'][number];

/** A table column. `from` is the minimum width of the terminal that shows it. */
type ResponsiveColumn<Row> = Column & { from: number; cell(row: Row): string };

/** Hit rates by policy. A narrow terminal shows fewer columns. */
export function policyTable(policies: readonly Policy[], columns: number, paint: Paint): string[] {
  const all: ResponsiveColumn<Policy>[] = [
    { title: 'policy', from: 0, cell: ({ policy }) => policy },
    { title: 'fresh for', from: 76, align: 'right', cell: ({ ttl_seconds }) => span(ttl_seconds) },
    { title: 'lookups', from: 0, align: 'right', cell: ({ recent_lookups }) => count(recent_lookups) },
    { title: 'hits', from: 0, align: 'right', cell: (it) => percent(it.recent_hits, it.recent_lookups) },
    { title: '', from: 88, cell: (it) => hitBar(it, paint) },
    { title: 'total', from: 52, align: 'right', cell: ({ hits, lookups }) => percent(hits, lookups) },
    { title: 'loads', from: 60, align: 'right', cell: ({ loads }) => count(loads) },
    {
      title: 'per load',
      from: 68,
      align: 'right',
      cell: (it) => (it.loads === 0 ? '-' : `${it.mean_load_ms.toFixed(1)} ms`),
    },
  ];
  return tableOf(all, policies, columns);
}

function hitBar({ recent_hits, recent_lookups }: Policy, paint: Paint): string {
  return recent_lookups === 0 ? paint.quiet('░'.repeat(12)) : bar(recent_hits / recent_lookups, 12);
}

/** Decisions by limit, with the increase of denials since the previous status. */
export function limitTable(limits: readonly Limit[], last: ServerStatus | undefined, paint: Paint): string[] {
  if (limits.length === 0) return [];
  const increase = ({ limit, denied }: Limit): number => {
    const before = last?.limits.by_limit.find((it) => it.limit === limit)?.denied;
    return before === undefined ? 0 : Math.max(0, denied - before);
  };
  const all: ResponsiveColumn<Limit>[] = [
    { title: 'limit', from: 0, cell: ({ limit }) => limit },
    { title: 'allowed', from: 0, align: 'right', cell: ({ allowed }) => count(allowed) },
    { title: 'near', from: 0, align: 'right', cell: ({ near_limit }) => count(near_limit) },
    { title: 'denied', from: 0, align: 'right', cell: ({ denied }) => count(denied) },
    { title: '', from: 0, cell: (it) => (increase(it) > 0 ? paint.warning(`+${count(increase(it))}`) : '') },
  ];
  return tableOf(all, limits, 80);
}

function tableOf<Row>(
  all: readonly ResponsiveColumn<Row>[],
  rows: readonly Row[],
  columns: number,
): string[] {
  const visible = all.filter(({ from }) => columns >= from);
  return table(
    visible,
    rows.map((row) => visible.map(({ cell }) => cell(row))),
  );
}
