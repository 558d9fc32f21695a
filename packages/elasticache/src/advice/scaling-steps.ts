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

export function vertical(state: GroupState, wantsCpu = false): ScalingAdviceWithoutStatus {
  const to = nextNode(state, wantsCpu);
  const from = state.node?.name ?? 'the present node';
  const nodes = nodesOf(state);
  return {
    step: 'vertical',
    to: to ?? null,
    title: to === undefined ? `A larger node than ${from}` : `${from} to ${to}`,
    gain:
      to?.includes('.r') === true && state.node?.burst != null
        ? 'More memory and network, and no CPU credits to run out of'
        : 'More memory and network; commands still run on one core',
    conditions: [
      {
        text: 'the node in use is known',
        met: state.node !== null,
        remediation: 'Name it: --node cache.t4g.small, or --plan FILE.',
      },
      {
        text: 'there is a larger node on the ladder',
        met: state.node === null ? null : to !== undefined,
        remediation: 'Spread the data instead: cluster mode.',
      },
    ],
    caveat:
      'Online; connections drop for seconds when the primary changes. Scaling down later goes the same way.',
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
    gain: `${serviceLevelMultiAz.value} % promised instead of ${serviceLevelSingleAz.value} %. Availability, not capacity: the cache reads primaries only`,
    conditions: [
      {
        text: 'the subnet group spans two zones',
        met: null,
        remediation: 'Add a private subnet of a second zone to it.',
      },
    ],
    caveat: 'After a failover nothing in the cache counts as fresh until it is loaded again.',
    cost: both((engine) => times(price(state, state.node?.name, engine), state.shards)),
  };
}

export function clusterMode(state: GroupState): ScalingAdviceWithoutStatus {
  const { database, replicasPerShard } = state;
  const held = state.connectionsOfProcess * 2;
  const least = clusterModeMigrationEngine.value;
  return {
    step: 'cluster_mode',
    to: null,
    title: state.clusterMode ? 'One more shard' : 'Cluster mode, then two shards',
    gain: 'More cores that run commands, more memory: the only step beyond one core',
    conditions: [
      ...(state.clusterMode ? [] : migration()),
      {
        text: `REDIS_MAX_CONNECTIONS bears connections to two primaries (${held} a process)`,
        met: held <= state.connectionBudget,
        remediation: `Set it to ${held} or more.`,
      },
    ],
    caveat: state.clusterMode
      ? 'Slots move while it grows: a shop that is on its way misses the cache for a moment.'
      : 'It cannot be undone. It goes through `compatible`, in which nothing else can be changed, and the endpoint changes.',
    cost: both((which) => times(price(state, state.node?.name, which), (replicasPerShard ?? 0) + 1)),
  };

  function migration(): Condition[] {
    return [
      {
        text: 'all keys are in database 0',
        met: database === null ? null : database === 0,
        remediation: 'Use redis://…/0; installations are told apart by REDIS_KEY_PREFIX.',
      },
      {
        text: 'there is a replica, and automatic failover is on',
        met: replicasPerShard === null ? null : replicasPerShard > 0 && state.multiAz,
        remediation: 'Take the step to Multi-AZ first.',
      },
      {
        text: `the engine is ${least} or newer`,
        met: isNewEnough(state, least),
        remediation: 'Upgrade the engine first.',
      },
      {
        text: 'every process speaks the cluster protocol',
        met: null,
        remediation:
          'Switch to `compatible`, run all processes with REDIS_CLUSTER=true on the configuration endpoint, then enable it.',
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
    gain: 'The data survives the loss of a region. The copy is read only until it is promoted',
    conditions: [
      {
        text: 'the node is large or above, and not burstable',
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
        remediation: 'There is no room for one more.',
      },
    ],
    caveat: 'It is promoted by hand, never by itself; Auto Scaling does not go with it.',
    // At the price of this region: which one it will be is not known.
    cost: both((which) => times(price(state, node?.name, which), nodesOf(state))),
  };
}

/** Every Valkey is: its first version came after Redis OSS 7.2. */
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
