import {
  assumptions,
  defaultThresholds,
  dimensions,
  findNodeType,
  formatBytes,
  inUnits,
  loadOf,
  nodeTypesBySize,
  type Plan,
  parametersOfPlan,
  serviceLevelMultiAz,
  serviceLevelSingleAz,
  usableBytes,
} from '@bookedbarber/elasticache';

/** The reasons for the plan's choices, one string each. */
export function reasons(plan: Plan): string[] {
  return [
    ...nodeReasons(plan),
    replicaReason(plan),
    headroomText(plan),
    parametersText(plan),
    immutableSettingsText,
  ];
}

function nodeReasons(plan: Plan): string[] {
  const node = findNodeType(plan.nodeType);
  if (node === undefined) return [];
  const { maxmemoryBytes } = node;
  const reserved = plan.parameters.reservedMemoryPercent;
  const memory = `It has ${formatBytes(maxmemoryBytes)} of memory, of which ${formatBytes(usableBytes(node, reserved))} are available for data: ${reserved} % is reserved for backups and replication.`;
  const size = nodeTypesBySize.indexOf(plan.nodeType);
  if (size < 0) return [`${plan.nodeType} was requested.`, memory];
  const below = size === 0 ? undefined : tooSmall(plan, nodeTypesBySize[size - 1] ?? '');
  const reason =
    size === 0
      ? `${plan.nodeType} is the smallest node for production, and it has enough capacity for this business.`
      : below === undefined
        ? `${plan.nodeType} was requested; the smaller ${nodeTypesBySize[size - 1]} has enough capacity.`
        : `${plan.nodeType} is the smallest node with enough capacity: ${below}.`;
  return [reason, memory];
}

/** What a smaller node lacks, or undefined if it has enough capacity. */
function tooSmall(plan: Plan, name: string): string | undefined {
  const node = findNodeType(name);
  if (node === undefined) return undefined;
  const processes = { api: plan.clients.apiProcesses, workers: plan.clients.workerProcesses };
  const lacking = dimensions(loadOf(plan.figures, processes), node, { shards: plan.shards }).filter(
    ({ fits }) => !fits,
  );
  if (lacking.length === 0) return undefined;
  const words = lacking.map((it) => `${it.name} ${inUnits(it.name, it.allowed ?? 0)}`).join(', ');
  return `${name} has too little capacity (${words})`;
}

function replicaReason({ replicasPerShard }: Plan): string {
  return replicasPerShard === 0
    ? `A single node has an SLA of ${serviceLevelSingleAz.value} %. If it fails, the cache, the rate limit counters and the queued jobs are lost.`
    : `The replica provides availability (an SLA of ${serviceLevelMultiAz.value} % instead of ${serviceLevelSingleAz.value} %). It adds no capacity: the cache reads only from primaries.`;
}

function headroomText({ nodeType }: Plan): string {
  const burst = findNodeType(nodeType)?.burst;
  const core =
    burst == null
      ? ''
      : ` A T4g core counts at its baseline of ${burst.baselinePercentPerVcpu} % per vCPU, which it can sustain permanently.`;
  return `Needs are ${assumptions.headroom} times the measured values. Memory may fill to ${defaultThresholds.memoryTicketPercent} %, the threshold of the first alarm.${core}`;
}

function parametersText(plan: Plan): string {
  const { group } = plan.parameters;
  const parameters = Object.entries(parametersOfPlan(plan)).map(([name, value]) => `${name} ${value}`);
  const subject = group === '' ? 'The parameter group sets' : `The parameter group ${group} must have`;
  return `${subject} ${parameters.join(', ')}. After a failover, close-on-replica-write closes the connections of clients that write to the old primary.`;
}

const immutableSettingsText =
  'Encryption, the AUTH token, the subnet group and the port cannot change after the group is created. The plan ' +
  'turns encryption and AUTH on, uses private subnets, and sets the port to 6379.';
