import type { Engine } from '../facts/engines.ts';
import { backupPricePerGb, natPrice, nodePricePerMonth } from '../facts/prices.ts';
import type { Plan } from '../plan/plan.ts';
import { loadOf } from '../sizing/load.ts';

/** US dollars per month. Null when the price for the region or the node type is unknown. */
export type Cost = {
  readonly nodes: number;
  readonly perNode: number | null;
  readonly ofNodes: number | null;
  readonly backups: number;
  readonly backupGb: number;
  readonly nat: number | null;
  readonly total: number | null;
};

/** The cost of a plan on each engine. Data transfer between zones and out of the region is not included. */
export function costOf(plan: Plan): Record<Engine, Cost> {
  return { redis: costOn(plan, 'redis'), valkey: costOn(plan, 'valkey') };
}

/** A Global Datastore adds an identical group in every secondary region, at the prices of that region. */
function costOn(plan: Plan, engine: Engine): Cost {
  const perGroup = plan.shards * (plan.replicasPerShard + 1);
  const regions = [plan.region, ...plan.secondaryRegions];
  const perNode = nodePricePerMonth(plan.region, plan.nodeType, engine);
  const ofNodes = sumOf(
    regions.map((region) => times(nodePricePerMonth(region, plan.nodeType, engine), perGroup)),
  );
  const backupGb = gigabytesOfBackups(plan);
  const backups = backupGb * backupPricePerGb.dollars;
  const nat =
    plan.network.natGateways === 0
      ? 0
      : times(natPrice(plan.region)?.gateway ?? null, plan.network.natGateways);
  return {
    nodes: perGroup * regions.length,
    perNode,
    ofNodes,
    backups,
    backupGb,
    nat,
    total: sumOf([ofNodes, backups, nat]),
  };
}

/** One backup a day, each as large as the data in memory; the newest one is free. */
function gigabytesOfBackups(plan: Plan): number {
  const charged = Math.max(0, plan.backup.retentionDays - backupPricePerGb.free);
  const processes = { api: plan.clients.apiProcesses, workers: plan.clients.workerProcesses };
  return (charged * loadOf(plan.figures, processes).memoryBytes) / 1e9;
}

function times(price: number | null, count: number): number | null {
  return price === null ? null : price * count;
}

function sumOf(prices: readonly (number | null)[]): number | null {
  return prices.reduce((sum, price) => (sum === null || price === null ? null : sum + price), 0);
}
