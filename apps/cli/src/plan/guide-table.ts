import {
  costOf,
  findNodeType,
  formatBytes,
  guideRows,
  loadOf,
  makePlan,
  nodePricePerMonth,
  type Plan,
  processesFor,
  usableBytes,
} from '@bookedbarber/elasticache';
import type { Paint } from '../shared/terminal/paint.ts';
import { table } from '../shared/terminal/table.ts';
import { wrap } from '../shared/terminal/words.ts';
import { dollars } from './dollars.ts';

export type TableRow = {
  business: string;
  guide: { node: string; memory_gb: number; dollars: number; users: number };
  true: {
    maxmemory_bytes: number;
    usable_bytes: number;
    redis_usd: number | null;
    valkey_usd: number | null;
  };
  needs: { memory_bytes: number; connections: number; node: string; nodes: number };
  /** Per month, for the required nodes with their replicas. */
  redis_usd: number | null;
  valkey_usd: number | null;
};

/** The guide's four rows, the actual figures of its nodes, and what each business needs. */
export function guideTable(region: string): TableRow[] {
  return guideRows.map(({ business, node, memoryGb, dollars: price, figures }) => {
    const plan: Plan = makePlan(figures, { region });
    const { redis, valkey } = costOf(plan);
    const load = loadOf(figures, processesFor(figures));
    const known = findNodeType(node);
    return {
      business,
      guide: { node, memory_gb: memoryGb, dollars: price, users: figures.users },
      true: {
        maxmemory_bytes: known?.maxmemoryBytes ?? 0,
        usable_bytes: known === undefined ? 0 : usableBytes(known, plan.parameters.reservedMemoryPercent),
        redis_usd: nodePricePerMonth(region, node, 'redis'),
        valkey_usd: nodePricePerMonth(region, node, 'valkey'),
      },
      needs: {
        memory_bytes: Math.ceil(load.memoryBytes),
        connections: load.connections,
        node: plan.nodeType,
        nodes: redis.nodes,
      },
      redis_usd: redis.total,
      valkey_usd: valkey.total,
    };
  });
}

export function guideTableLines(rows: readonly TableRow[], region: string, paint: Paint): string[] {
  const right = 'right' as const;
  const [titles = '', ...nodes] = table(
    [
      { title: "The guide's nodes" },
      { title: 'node' },
      { title: 'memory: guide', align: right },
      { title: 'actual', align: right },
      { title: 'for data', align: right },
      { title: '$/month: guide', align: right },
      { title: 'Redis OSS', align: right },
      { title: 'Valkey', align: right },
    ],
    rows.map((row) => [
      row.business,
      row.guide.node,
      `${row.guide.memory_gb} GB`,
      formatBytes(row.true.maxmemory_bytes),
      formatBytes(row.true.usable_bytes),
      `~$${row.guide.dollars}`,
      dollars(row.true.redis_usd),
      dollars(row.true.valkey_usd),
    ]),
  );
  const [needTitles = '', ...needs] = table(
    [
      { title: 'What each needs' },
      { title: 'users', align: right },
      { title: 'data', align: right },
      { title: 'connections', align: right },
      { title: 'nodes, Multi-AZ' },
      { title: 'Redis OSS', align: right },
      { title: 'Valkey', align: right },
    ],
    rows.map((row) => [
      row.business,
      row.guide.users.toLocaleString('en'),
      formatBytes(row.needs.memory_bytes),
      String(row.needs.connections),
      `${row.needs.nodes} x ${row.needs.node}`,
      dollars(row.redis_usd),
      dollars(row.valkey_usd),
    ]),
  );
  return [
    paint.heading(titles),
    ...nodes,
    '',
    paint.heading(needTitles),
    ...needs,
    '',
    ...notes(region).flatMap((note) => wrap(note, '  ', 100).map((line) => paint.quiet(line))),
  ];
}

function notes(region: string): string[] {
  return [
    `First table: one node on demand in ${region}. Second table: two nodes (Multi-AZ) with backups of 7 days.`,
    "The guide's 1.55 GB is the memory of cache.t2.small, and its prices of r6g are those of Valkey.",
    'cache.t4g.large, which the guide lists, does not exist: the next size after t4g.medium is r6g.large or r7g.large.',
  ];
}
