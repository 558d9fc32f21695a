import { defaultVersion, type Engine, findEngineVersion } from '../facts/engines.ts';
import { reservedMemoryPercent } from '../facts/limits.ts';
import { findNodeType, nodeTypesBySize } from '../facts/node-types.ts';
import type { BusinessSize } from '../sizing/figures.ts';
import { dimensions, fits } from '../sizing/fit.ts';
import { loadOf, type Processes, processesFor } from '../sizing/load.ts';
import type { Plan } from './plan.ts';

/** Overrides for the values that `makePlan` derives from the figures. */
export type PlanOptions = {
  readonly name?: string;
  readonly region?: string;
  readonly engine?: Engine;
  readonly nodeType?: string;
  readonly replicasPerShard?: number;
  readonly clusterMode?: boolean;
  readonly shards?: number;
  readonly secondaryRegions?: readonly string[];
  readonly backupDays?: number;
  readonly natGateways?: number;
  readonly processes?: Partial<Processes>;
  readonly connectionBudget?: number;
};

/** The server's default of REDIS_MAX_CONNECTIONS. */
export const defaultConnectionBudget = 50;

/**
 * The plan for a business: the smallest recommended node type that carries its load, with a replica in another zone.
 */
export function makePlan(figures: BusinessSize, choices: PlanOptions = {}): Plan {
  const processes = { ...processesFor(figures), ...choices.processes };
  const engine = choices.engine ?? 'valkey';
  const engineVersion = defaultVersion[engine];
  const shards = choices.shards ?? 1;
  const replicas = choices.replicasPerShard ?? 1;
  return {
    plan: 1,
    name: choices.name ?? 'bookedbarber',
    region: choices.region ?? 'us-east-1',
    engine,
    engineVersion,
    nodeType: choices.nodeType ?? smallestNode(figures, processes, shards),
    clusterMode: choices.clusterMode ?? shards > 1,
    shards,
    replicasPerShard: replicas,
    multiAz: replicas > 0,
    automaticFailover: replicas > 0,
    parameters: {
      family: findEngineVersion(engine, engineVersion)?.parameterFamily ?? '',
      group: '',
      maxmemoryPolicy: 'volatile-lru',
      reservedMemoryPercent: reservedMemoryPercent.value,
    },
    network: { subnetGroup: '', port: 6379, egress: [], natGateways: choices.natGateways ?? 0 },
    security: {
      encryptionAtRest: true,
      encryptionInTransit: true,
      authToken: true,
      userGroups: [],
      iam: false,
    },
    backup: { retentionDays: choices.backupDays ?? 7, window: '03:00-05:00' },
    maintenanceWindow: 'sun:05:00-sun:07:00',
    dataTiering: false,
    autoScaling: false,
    secondaryRegions: choices.secondaryRegions ?? [],
    clients: {
      apiProcesses: processes.api,
      workerProcesses: processes.workers,
      connectionBudget: choices.connectionBudget ?? defaultConnectionBudget,
      database: 0,
      jobs: true,
    },
    figures,
  };
}

/**
 * The smallest recommended node type that carries the load, or the largest if none does; `validatePlan` then reports
 * it.
 */
export function smallestNode(figures: BusinessSize, processes: Processes, shards = 1): string {
  const load = loadOf(figures, processes);
  const found = nodeTypesBySize.find((name) => {
    const node = findNodeType(name);
    return node !== undefined && fits(dimensions(load, node, { shards }));
  });
  return found ?? nodeTypesBySize.at(-1) ?? '';
}
