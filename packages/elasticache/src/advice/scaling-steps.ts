import { type Engine, isAtLeast } from '../facts/engines.ts';
import {
  clusterModeMigrationEngine,
  globalDatastoreEngine,
  globalDatastoreSecondaryRegions,
  serviceLevelMultiAz,
  serviceLevelSingleAz,
} from '../facts/limits.ts';
import { nodePricePerMonth } from '../facts/prices.ts';
import { nextNode } from '../scaling/neighbors.ts';
import type { Condition, ScalingAdvice } from './scaling-step.ts';
import type { GroupState } from './state.ts';

type ScalingAdviceWithoutStatus = Omit<ScalingAdvice, 'status'>;

export function vertical(state: GroupState, needsCpu = false): ScalingAdviceWithoutStatus {
  const to = nextNode(state, needsCpu);
  const from = state.node?.name ?? 'the current node';
  const nodes = nodesOf(state);
  return {
    step: 'vertical',
    to: to ?? null,
    title: to === undefined ? `A larger node than ${from}` : `${from} to ${to}`,
    gain:
      to?.includes('.r') === true && state.node?.burst != null
        ? 'More memory and network bandwidth, and no CPU credits that can run out'
        : 'More memory and network bandwidth; commands still run on one core',
    conditions: [
      {
        text: 'the current node type is known',
        met: state.node !== null,
        remediation: 'Pass it: --node cache.t4g.small, or --plan FILE.',
      },
      {
        text: 'a larger supported node type exists',
        met: state.node === null ? null : to !== undefined,
        remediation: 'Enable cluster mode and add shards instead.',
      },
    ],
    caveat:
      'Online; connections drop for a few seconds when the primary changes. Scaling down later works the same way.',
    cost: both((engine) =>
      difference(
        times(price(state, to, engine), nodes),
        times(price(state, state.node?.name, engine), nodes),
      ),
    ),
  };
}

export function multiAz(state: GroupState): ScalingAdviceWithoutStatus {
  return {
    step: 'multi_az',
    to: null,
    title: 'A replica in another zone, with automatic failover',
    gain: `An SLA of ${serviceLevelMultiAz.value} % instead of ${serviceLevelSingleAz.value} %. It adds availability, not capacity: the cache reads only from primaries`,
    conditions: [
      {
        text: 'the subnet group spans two zones',
        met: null,
        remediation: 'Add a private subnet in a second zone to it.',
      },
    ],
    caveat: 'After a failover, no cache entry counts as fresh until it is reloaded.',
    cost: both((engine) => times(price(state, state.node?.name, engine), state.shards)),
  };
}

export function clusterMode(state: GroupState): ScalingAdviceWithoutStatus {
  const { database, replicasPerShard } = state;
  const connections = state.connectionsOfProcess * 2;
  const least = clusterModeMigrationEngine.value;
  return {
    step: 'cluster_mode',
    to: null,
    title: state.clusterMode ? 'One more shard' : 'Cluster mode, then two shards',
    gain: 'More memory and more cores that run commands. No other step uses more than one core',
    conditions: [
      ...(state.clusterMode ? [] : migration()),
      {
        text: `REDIS_MAX_CONNECTIONS allows connections to two primaries (${connections} per process)`,
        met: connections <= state.connectionBudget,
        remediation: `Set it to ${connections} or more.`,
      },
    ],
    caveat: state.clusterMode
      ? 'ElastiCache moves slots: while the slot of a shop moves, the cache misses for that shop.'
      : 'It cannot be undone, and the endpoint changes. The group passes through the mode `compatible`, in which ElastiCache allows no other change.',
    cost: both((which) => times(price(state, state.node?.name, which), (replicasPerShard ?? 0) + 1)),
  };

  function migration(): Condition[] {
    return [
      {
        text: 'all keys are in database 0',
        met: database === null ? null : database === 0,
        remediation: 'Use redis://…/0. To share a server between installations, set REDIS_KEY_PREFIX.',
      },
      {
        text: 'each shard has a replica, and automatic failover is on',
        met: replicasPerShard === null ? null : replicasPerShard > 0 && state.multiAz,
        remediation: 'Take the step to Multi-AZ first.',
      },
      {
        text: `the engine is ${least} or newer`,
        met: isNewEnough(state, least),
        remediation: 'Upgrade the engine first.',
      },
      {
        text: 'every process uses the cluster protocol',
        met: null,
        remediation:
          'Switch to `compatible`, run all processes with REDIS_CLUSTER=true on the configuration endpoint, then switch to `enabled`.',
      },
    ];
  }
}

export function globalDatastore(state: GroupState): ScalingAdviceWithoutStatus {
  const { node } = state;
  const least = globalDatastoreEngine.value;
  return {
    step: 'global_datastore',
    to: null,
    title: 'A copy in another region (Global Datastore)',
    gain: 'The data survives the loss of a region. The copy is read-only until it is promoted',
    conditions: [
      {
        text: 'the node size is at least large, and the node is not burstable',
        met: node === null ? null : node.burst === null,
        remediation: 'Go to cache.r6g.large first.',
      },
      {
        text: `the engine is ${least} or newer`,
        met: isNewEnough(state, least),
        remediation: 'Upgrade the engine first.',
      },
      {
        text: `fewer than ${globalDatastoreSecondaryRegions.value} secondary regions are in use`,
        met: state.secondaryRegions.length < globalDatastoreSecondaryRegions.value,
        remediation: 'Remove a secondary region first.',
      },
    ],
    caveat: 'Promotion is manual. Auto Scaling cannot be used with it.',
    // The secondary region is unknown, so its price is taken from this region.
    cost: both((which) => times(price(state, node?.name, which), nodesOf(state))),
  };
}

/** Every Valkey version is new enough: Valkey was forked from Redis OSS 7.2. */
function isNewEnough({ engine, engineVersion }: GroupState, least: string): boolean | null {
  if (engine === 'valkey') return true;
  return engine === null || engineVersion === null ? null : isAtLeast(engineVersion, least);
}

function nodesOf({ shards, replicasPerShard }: GroupState): number {
  return shards * ((replicasPerShard ?? 0) + 1);
}

function price({ region }: GroupState, node: string | undefined, engine: Engine): number | null {
  return node === undefined ? null : nodePricePerMonth(region, node, engine);
}

function both(of: (engine: Engine) => number | null): Record<Engine, number | null> {
  return { redis: of('redis'), valkey: of('valkey') };
}

function times(amount: number | null, count: number): number | null {
  return amount === null ? null : amount * count;
}

function difference(after: number | null, before: number | null): number | null {
  return after === null || before === null ? null : after - before;
}
