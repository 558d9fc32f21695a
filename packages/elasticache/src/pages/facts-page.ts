import { engineNames, engineVersions } from '../facts/engines.ts';
import { guideRows } from '../facts/guide.ts';
import * as limits from '../facts/limits.ts';
import {
  findNodeType,
  type NodeType,
  nodeTypes,
  nodeTypesBySize,
  sustainedCores,
  usableBytes,
} from '../facts/node-types.ts';
import {
  additionalPrices,
  backupPricePerGb,
  natPrice,
  nodePricePerMonth,
  pricedRegions,
  priceSources,
} from '../facts/prices.ts';
import * as sources from '../facts/sources.ts';
import { assumptions } from '../sizing/assumptions.ts';
import { measured } from '../sizing/measured.ts';
import { formatBytes } from '../sizing/units.ts';

/** What is known of ElastiCache, with its sources, in Markdown. */
export function factsPage(): string {
  return [
    '<!-- Made by `node dev/reference-pages.mjs` from packages/elasticache: change the source, not this page. -->',
    '# ElastiCache in figures',
    '',
    'What `bookedbarber plan` and `bookedbarber advise` stand on. Letters name the sources at the end.',
    '',
    ...nodeTable(),
    ...guideTable(),
    ...otherPrices(),
    ...engineTable(),
    ...limitTable(),
    ...sizingTables(),
    '## Sources',
    ...Object.entries(letters).map(
      ([letter, source]) => `- **${letter}**: ${source.name}; read ${source.read}.`,
    ),
    '',
  ].join('\n');
}

const letters = {
  D: sources.userGuide,
  A: sources.currentDocumentation,
  C: sources.cloudFormation,
  M: sources.metricMetadata,
  P: sources.priceList,
  I: sources.infracost,
  B: sources.infracostAdditional,
  G: sources.setupGuide,
} as const;

function letterOf(source: sources.Source): string {
  return Object.entries(letters).find(([, known]) => known === source)?.[0] ?? '?';
}

function nodeTable(): string[] {
  const region = pricedRegions[0] ?? '';
  return [
    '## Nodes',
    `Prices are US dollars a month for one node, on demand, in ${region} (P); \`unknown\` is what was not looked up. Multi-AZ has`,
    'two nodes or more. Bold nodes are the ladder that advice climbs. There is no `cache.t4g.large`.',
    '',
    '| node | vCPU | maxmemory | for data | baseline network | CPU for good | Redis OSS | Valkey | source |',
    '|---|---|---|---|---|---|---|---|---|',
    ...nodeTypes.map((node) => nodeLine(node, region)),
    '',
    `\`for data\` leaves ${limits.reservedMemoryPercent.value} % for backups and replication (reserved-memory-percent). \`CPU for good\` is of the one core that runs`,
    'commands; a T4g goes beyond it on credits only.',
    '',
  ];
}

function nodeLine(node: NodeType, region: string): string {
  const name = nodeTypesBySize.includes(node.name) ? `**${node.name}**` : node.name;
  const network = node.baselineBitsPerSecond;
  const price = (engine: 'redis' | 'valkey') =>
    nodePricePerMonth(region, node.name, engine)?.toFixed(2) ?? 'unknown';
  const cells = [
    name,
    node.vcpus,
    formatBytes(node.maxmemoryBytes),
    formatBytes(usableBytes(node, limits.reservedMemoryPercent.value)),
    network === null ? 'unknown' : `${network / 1e6} Mbit/s`,
    `${Math.round(sustainedCores(node) * 100)} %`,
    price('redis'),
    price('valkey'),
    letterOf(node.source),
  ];
  return `| ${cells.join(' | ')} |`;
}

function guideTable(): string[] {
  return [
    '## The setup guide beside it',
    '',
    '| business | node | memory in the guide | true | $/month in the guide | Redis OSS | Valkey |',
    '|---|---|---|---|---|---|---|',
    ...guideRows.map(({ business, node, memoryGb, dollars }) => {
      const price = (engine: 'redis' | 'valkey') =>
        nodePricePerMonth('us-east-1', node, engine)?.toFixed(2) ?? 'unknown';
      const memory = formatBytes(findNodeType(node)?.maxmemoryBytes ?? 0);
      return `| ${business} | ${node} | ${memoryGb} GB | ${memory} | ~${dollars} | ${price('redis')} | ${price('valkey')} |`;
    }),
    '',
    '`bookedbarber plan --table` shows what each of these businesses needs.',
    '',
  ];
}

function otherPrices(): string[] {
  const region = pricedRegions[0] ?? '';
  const nat = natPrice(region);
  const around = additionalPrices(region);
  return [
    '## Other prices',
    `- Backups: $${backupPricePerGb.dollars} a GB and month in every region; the newest one of a cluster is free (${letterOf(backupPricePerGb.source)}).`,
    `- A NAT gateway, which the cache does not need: $${nat?.gateway} a month and $${nat?.perGb} a GB in ${region} (${letterOf(priceSources(region)?.nat ?? sources.infracost)}).`,
    ...(around === null
      ? []
      : [
          `- What a deployment puts around the cache, a month in ${region}: an interface endpoint $${around.endpointInZone.toFixed(2)} a zone, a load balancer $${around.loadBalancer}, a task on Fargate $${around.taskVcpu} a vCPU and $${around.taskGb} a GB, a key $${around.key.toFixed(2)}, a secret $${around.secret.toFixed(2)}, an alarm $${around.alarmMetric.toFixed(2)} a metric, a dashboard $${around.dashboard.toFixed(2)} (${letterOf(around.source)}).`,
        ]),
    '',
  ];
}

function engineTable(): string[] {
  return [
    '## Engines',
    '',
    '| engine | version | parameter family | source |',
    '|---|---|---|---|',
    ...engineVersions.map(
      ({ engine, version, parameterFamily, source }) =>
        `| ${engineNames[engine]} | ${version} | \`${parameterFamily}\` | ${letterOf(source)} |`,
    ),
    '',
    'In cluster mode the default group of a family ends with `.cluster.on`. A default group cannot be changed: use one of your own.',
    '',
  ];
}

function limitTable(): string[] {
  const { least, most } = limits.authTokenLength.value;
  const line = (name: string, value: string, { source }: { source: sources.Source }) =>
    `| ${name} | ${value} | ${letterOf(source)} |`;
  return [
    '## Limits',
    '',
    '| what | value | source |',
    '|---|---|---|',
    line(
      'connections of a node',
      limits.connectionsPerNode.value.toLocaleString('en'),
      limits.connectionsPerNode,
    ),
    line('replicas of a shard', `${limits.replicasPerShard.value}`, limits.replicasPerShard),
    line('nodes of a cluster, by default', `${limits.nodesPerCluster.value}`, limits.nodesPerCluster),
    line(
      'characters of an AUTH token',
      `${least} to ${most}; besides letters and digits \`${limits.authTokenSpecials.value}\``,
      limits.authTokenLength,
    ),
    line(
      'days that backups are kept',
      `0 (off) to ${limits.backupRetentionDays.value.most}`,
      limits.backupRetentionDays,
    ),
    line('shortest window', `${limits.windowMinutes.value} minutes`, limits.windowMinutes),
    line('promised with Multi-AZ', `${limits.serviceLevelMultiAz.value} %`, limits.serviceLevelMultiAz),
    line('promised without', `${limits.serviceLevelSingleAz.value} %`, limits.serviceLevelSingleAz),
    line(
      'secondary regions of a Global Datastore',
      `${limits.globalDatastoreSecondaryRegions.value}`,
      limits.globalDatastoreSecondaryRegions,
    ),
    line(
      'engine for going to cluster mode',
      `${limits.clusterModeMigrationEngine.value}`,
      limits.clusterModeMigrationEngine,
    ),
    line('sizes for Auto Scaling', limits.autoScalingSizes.value.join(', '), limits.autoScalingSizes),
    '',
  ];
}

function sizingTables(): string[] {
  const { constants, command, date, machine } = measured;
  return [
    '## What a business costs Redis',
    `Measured with \`${command}\` on ${date}: ${machine}.`,
    '',
    '| constant | value |',
    '|---|---|',
    ...Object.entries(constants).map(([name, value]) => `| ${name} | ${value.toLocaleString('en')} |`),
    '',
    'What is taken for granted beside them (`packages/elasticache/src/sizing/assumptions.ts` says why):',
    '',
    '| assumption | value |',
    '|---|---|',
    ...Object.entries(assumptions).map(([name, value]) => `| ${name} | ${value} |`),
    '',
  ];
}
