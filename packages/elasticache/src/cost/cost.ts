import type { Engine } from '../facts/engines.ts';
import { backupPricePerGb, natPrice, nodePricePerMonth } from '../facts/prices.ts';
import type { Plan } from '../plan/plan.ts';
import { loadOf } from '../sizing/load.ts';

/** US dollars a month. Null: no price is known of the region or the node, and so none of the total. */
export type Cost = {
  readonly nodes: number;
  readonly perNode: number | null;
  readonly ofNodes: number | null;
  readonly backups: number;
  readonly backupGb: number;
  readonly nat: number | null;
  readonly total: number | null;
};

/** What a plan costs on each engine. Traffic between zones and out of the region depends on use and is not in it. */
export function costOf(plan: Plan): Record<Engine, Cost> {
  return { redis: costOn(plan, 'redis'), valkey: costOn(plan, 'valkey') };
}

/** A Global Datastore has the same group once more in every secondary region, at that region's prices. */
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

/** A backup a day, each of all that is in memory; the newest one is free. */
function gigabytesOfBackups(plan: Plan): number {
  const kept = Math.max(0, plan.backup.retentionDays - backupPricePerGb.free);
  const processes = { api: plan.clients.apiProcesses, workers: plan.clients.workerProcesses };
  return (kept * loadOf(plan.figures, processes).memoryBytes) / 1e9;
}

function times(price: number | null, count: number): number | null {
  return price === null ? null : price * count;
}

function sumOf(prices: readonly (number | null)[]): number | null {
  return prices.reduce((sum, price) => (sum === null || price === null ? null : sum + price), 0);
}
