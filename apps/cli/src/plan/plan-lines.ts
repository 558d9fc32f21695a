import {
  connectionsOfPlan,
  costOf,
  type Dimension,
  dimensions,
  engineNames,
  findNodeType,
  formatBytes,
  hoursPerMonth,
  inUnits,
  loadOf,
  measured,
  type NodeType,
  type Plan,
  priceSources,
} from '@bookedbarber/elasticache';
import { bar } from '../shared/terminal/bar.ts';
import type { Paint } from '../shared/terminal/paint.ts';
import { table } from '../shared/terminal/table.ts';
import { count, counted, wrap } from '../shared/terminal/words.ts';
import { dollars } from './dollars.ts';
import { reasons } from './reasons.ts';

/** A plan for somebody at a terminal: the node, what it bears, what it costs and why. */
export function planLines(plan: Plan, paint: Paint): string[] {
  const node = findNodeType(plan.nodeType);
  return [
    paint.heading(`A cache for ${businessOf(plan)}`),
    `  ${paint.good(groupOf(plan))}`,
    `  ${engineNames[plan.engine === 'redis' ? 'redis' : 'valkey']} ${plan.engineVersion}, ${plan.region}, ${clientsOf(plan)}`,
    '',
    ...(node === undefined ? [] : capacityLines(plan, node, paint)),
    '',
    ...costLines(plan, paint),
    '',
    paint.heading('Why'),
    ...reasons(plan).flatMap((reason) => bullet(reason)),
    '',
    ...sourceLines(plan).flatMap((line) => wrap(line, '', 100).map((part) => paint.quiet(part))),
  ];
}

function businessOf({ figures: { barbers, locations, users, bookingsPerDay } }: Plan): string {
  return `${counted(barbers, 'barber')} in ${counted(locations, 'shop')}, ${counted(users, 'user')} at once, ${counted(bookingsPerDay, 'booking')} a day`;
}

function groupOf({ nodeType, clusterMode, shards, replicasPerShard: replicas }: Plan): string {
  const each =
    replicas === 0
      ? 'one node, no replica'
      : `a primary and ${counted(replicas, 'replica')} in ${replicas === 1 ? 'another zone' : 'other zones'} (Multi-AZ)`;
  return clusterMode ? `${nodeType}, ${counted(shards, 'shard')}, each ${each}` : `${nodeType}, ${each}`;
}

function clientsOf({ clients }: Plan): string {
  return `${counted(clients.apiProcesses, 'api process', 'api processes')} and ${counted(clients.workerProcesses, 'worker')}`;
}

function capacityLines(plan: Plan, node: NodeType, paint: Paint): string[] {
  const processes = { api: plan.clients.apiProcesses, workers: plan.clients.workerProcesses };
  const load = loadOf(plan.figures, processes);
  const options = { shards: plan.shards, reservedPercent: plan.parameters.reservedMemoryPercent };
  const columns = [
    { title: 'A primary bears' },
    { title: 'needed', align: 'right' },
    { title: 'it has', align: 'right' },
    { title: '' },
  ] as const;
  const rows = dimensions(load, node, options).map((it) => [
    it.name,
    inUnits(it.name, it.need),
    it.allowed === null ? 'unknown' : inUnits(it.name, it.allowed),
    it.allowed === null ? '' : pictureOf(it, paint),
  ]);
  const [titles = '', ...lines] = table(columns, rows);
  const all = plan.clients.connectionBudget * (plan.clients.apiProcesses + plan.clients.workerProcesses);
  return [
    paint.heading(titles),
    ...lines,
    paint.quiet(
      `  ${count(Math.round(load.commandsPerSecond))} commands a second at the busiest moment; ${formatBytes(load.memoryBytes)} of data without head-room;`,
    ),
    paint.quiet(
      `  ${connectionsOfPlan(plan)} connections of the ${count(all)} that REDIS_MAX_CONNECTIONS=${plan.clients.connectionBudget} allows`,
    ),
  ];
}

function pictureOf({ share, fits }: Dimension, paint: Paint): string {
  const words = share < 0.01 ? 'under 1 %' : `${Math.round(share * 100)} %`;
  const text = `${bar(share, 12)} ${words}`;
  return fits ? text : paint.bad(text);
}

function costLines(plan: Plan, paint: Paint): string[] {
  const { redis, valkey } = costOf(plan);
  const rows = [
    [`${redis.nodes} x ${plan.nodeType}`, dollars(valkey.ofNodes), dollars(redis.ofNodes)],
    [`backups, ${plan.backup.retentionDays} days`, dollars(valkey.backups), dollars(redis.backups)],
    plan.network.natGateways === 0
      ? ['NAT gateway', 'none needed', 'none needed']
      : [`${plan.network.natGateways} x NAT gateway`, dollars(valkey.nat), dollars(redis.nat)],
    [paint.heading('together'), paint.heading(dollars(valkey.total)), paint.heading(dollars(redis.total))],
  ];
  const columns = [
    { title: 'A month costs' },
    { title: 'Valkey', align: 'right' },
    { title: 'Redis OSS', align: 'right' },
  ] as const;
  const [titles = '', ...lines] = table(columns, rows);
  return [paint.heading(titles), ...lines];
}

function sourceLines({ region }: Plan): string[] {
  const sources = priceSources(region);
  return [
    sources === null
      ? `No prices of ${region} are known here: look them up before you build.`
      : `Prices: ${sources.nodes.name}, read ${sources.nodes.read}, ${hoursPerMonth} hours; neither traffic between zones is in them nor what a deployment puts around the cache: \`provision --dry-run\` counts that.`,
    `Needs: measured with \`${measured.command}\` on ${measured.date}.`,
  ];
}

function bullet(text: string): string[] {
  return wrap(text, '    ', 100).map((line, index) => (index === 0 ? `  - ${line.slice(4)}` : line));
}
