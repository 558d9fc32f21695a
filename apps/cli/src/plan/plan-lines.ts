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

/** A plan as terminal output: the node, its capacity, its cost and the reasons. */
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
  return `${counted(barbers, 'barber')} in ${counted(locations, 'shop')}, ${counted(users, 'concurrent user')}, ${counted(bookingsPerDay, 'booking')} a day`;
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
    { title: 'Capacity of a primary' },
    { title: 'needed', align: 'right' },
    { title: 'available', align: 'right' },
    { title: '' },
  ] as const;
  const rows = dimensions(load, node, options).map((it) => [
    it.name,
    inUnits(it.name, it.need),
    it.allowed === null ? 'unknown' : inUnits(it.name, it.allowed),
    it.allowed === null ? '' : usageBar(it, paint),
  ]);
  const [titles = '', ...lines] = table(columns, rows);
  const all = plan.clients.connectionBudget * (plan.clients.apiProcesses + plan.clients.workerProcesses);
  return [
    paint.heading(titles),
    ...lines,
    paint.quiet(
      `  ${count(Math.round(load.commandsPerSecond))} commands per second at peak; ${formatBytes(load.memoryBytes)} of data without headroom;`,
    ),
    paint.quiet(
      `  ${connectionsOfPlan(plan)} of the ${count(all)} connections that REDIS_MAX_CONNECTIONS=${plan.clients.connectionBudget} allows`,
    ),
  ];
}

function usageBar({ share, fits }: Dimension, paint: Paint): string {
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
    [paint.heading('total'), paint.heading(dollars(valkey.total)), paint.heading(dollars(redis.total))],
  ];
  const columns = [
    { title: 'Monthly cost' },
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
      ? `This version has no prices for ${region}: look them up before you deploy.`
      : `Prices: ${sources.nodes.name}, read ${sources.nodes.read}, ${hoursPerMonth} hours. They exclude traffic between zones and the other resources of a deployment, which \`provision --dry-run\` shows.`,
    `Needs: measured with \`${measured.command}\` on ${measured.date}.`,
  ];
}

function bullet(text: string): string[] {
  return wrap(text, '    ', 100).map((line, index) => (index === 0 ? `  - ${line.slice(4)}` : line));
}
