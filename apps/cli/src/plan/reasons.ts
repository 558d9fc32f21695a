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
  serviceLevelMultiAz,
  serviceLevelSingleAz,
  usableBytes,
} from '@bookedbarber/elasticache';

/** Why the plan is as it is, a sentence each. */
export function reasons(plan: Plan): string[] {
  return [...ofNode(plan), ofReplicas(plan), headroomText(plan), ...ofDecidedOnce()];
}

function ofNode(plan: Plan): string[] {
  const node = findNodeType(plan.nodeType);
  if (node === undefined) return [];
  const { maxmemoryBytes } = node;
  const reserved = plan.parameters.reservedMemoryPercent;
  const memory = `It has ${formatBytes(maxmemoryBytes)}, of which ${formatBytes(usableBytes(node, reserved))} are for data: ${reserved} % is kept back for backups and replication.`;
  const rung = nodeTypesBySize.indexOf(plan.nodeType);
  if (rung < 0) return [`${plan.nodeType} was asked for.`, memory];
  const below = rung === 0 ? undefined : tooSmall(plan, nodeTypesBySize[rung - 1] ?? '');
  const why =
    rung === 0
      ? `${plan.nodeType} is the smallest node for production, and it bears this business.`
      : below === undefined
        ? `${plan.nodeType} was asked for; the smaller ${nodeTypesBySize[rung - 1]} would do.`
        : `${plan.nodeType} is the smallest node that bears it: ${below}.`;
  return [why, memory];
}

/** What a smaller node lacks, or undefined when it lacks nothing. */
function tooSmall(plan: Plan, name: string): string | undefined {
  const node = findNodeType(name);
  if (node === undefined) return undefined;
  const processes = { api: plan.clients.apiProcesses, workers: plan.clients.workerProcesses };
  const lacking = dimensions(loadOf(plan.figures, processes), node, { shards: plan.shards }).filter(
    ({ fits }) => !fits,
  );
  if (lacking.length === 0) return undefined;
  const words = lacking.map((it) => `${it.name} ${inUnits(it.name, it.allowed ?? 0)}`).join(', ');
  return `${name} has too little to give (${words})`;
}

function ofReplicas({ replicasPerShard }: Plan): string {
  return replicasPerShard === 0
    ? `One node is promised ${serviceLevelSingleAz.value} % of the time; when it is lost, so are the cache, the counts of limits and what is queued.`
    : `The replica is for availability (${serviceLevelMultiAz.value} % promised instead of ${serviceLevelSingleAz.value} %), and adds no capacity: the cache reads primaries only.`;
}

function headroomText({ nodeType }: Plan): string {
  const burst = findNodeType(nodeType)?.burst;
  const core =
    burst == null
      ? ''
      : ` A T4g core counts as its baseline, ${burst.baselinePercentPerVcpu} % a vCPU: what it can go on with for good.`;
  return `Needs are ${assumptions.headroom} times the measured ones. Memory may fill to ${defaultThresholds.memoryTicketPercent} %, where the first alarm speaks.${core}`;
}

function ofDecidedOnce(): string[] {
  return [
    'Encryption, the AUTH token, the subnet group and the port are decided when the group is made: the plan has them on, private and at 6379.',
  ];
}
