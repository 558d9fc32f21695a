import type { ServerStatus } from '@bookedbarber/contract';
import { bar } from '../shared/terminal/bar.ts';
import type { Paint } from '../shared/terminal/paint.ts';
import { type Column, table } from '../shared/terminal/table.ts';
import { count, percent, span } from '../shared/terminal/words.ts';

type Policy = ServerStatus['cache']['policies'][number];
type Resource = ServerStatus['limits']['by_limit'][number];

/** A column, and from how many columns of the terminal on it is shown. */
type Shown<Row> = Column & { from: number; cell(row: Row): string };

/** Hit rates by policy; a narrow terminal shows less of each. */
export function policyTable(policies: readonly Policy[], columns: number, paint: Paint): string[] {
  const shown: Shown<Policy>[] = [
    { title: 'policy', from: 0, cell: ({ policy }) => policy },
    { title: 'fresh for', from: 76, align: 'right', cell: ({ ttl_seconds }) => span(ttl_seconds) },
    { title: 'look-ups', from: 0, align: 'right', cell: ({ recent_lookups }) => count(recent_lookups) },
    { title: 'hits', from: 0, align: 'right', cell: (it) => percent(it.recent_hits, it.recent_lookups) },
    { title: '', from: 88, cell: (it) => picture(it, paint) },
    { title: 'ever', from: 52, align: 'right', cell: ({ hits, lookups }) => percent(hits, lookups) },
    { title: 'loads', from: 60, align: 'right', cell: ({ loads }) => count(loads) },
    {
      title: 'each',
      from: 68,
      align: 'right',
      cell: (it) => (it.loads === 0 ? '-' : `${it.mean_load_ms.toFixed(1)} ms`),
    },
  ];
  return tableOf(shown, policies, columns);
}

function picture({ recent_hits, recent_lookups }: Policy, paint: Paint): string {
  return recent_lookups === 0 ? paint.quiet('░'.repeat(12)) : bar(recent_hits / recent_lookups, 12);
}

/** What was denied, and how much more than the last time. */
export function limitTable(
  resources: readonly Resource[],
  last: ServerStatus | undefined,
  paint: Paint,
): string[] {
  if (resources.length === 0) return [];
  const grown = ({ limit: resource, denied }: Resource): number => {
    const before = last?.limits.by_limit.find((it) => it.limit === resource)?.denied;
    return before === undefined ? 0 : Math.max(0, denied - before);
  };
  const shown: Shown<Resource>[] = [
    { title: 'resource', from: 0, cell: ({ limit: resource }) => resource },
    { title: 'allowed', from: 0, align: 'right', cell: ({ allowed }) => count(allowed) },
    { title: 'near', from: 0, align: 'right', cell: ({ near_limit }) => count(near_limit) },
    { title: 'denied', from: 0, align: 'right', cell: ({ denied }) => count(denied) },
    { title: '', from: 0, cell: (it) => (grown(it) > 0 ? paint.warning(`+${count(grown(it))}`) : '') },
  ];
  return tableOf(shown, resources, 80);
}

function tableOf<Row>(shown: readonly Shown<Row>[], rows: readonly Row[], columns: number): string[] {
  const visible = shown.filter(({ from }) => columns >= from);
  return table(
    visible,
    rows.map((row) => visible.map(({ cell }) => cell(row))),
  );
}
