/**
 * The primaries of a server or of a cluster. In a cluster the client says who has which slot; checks go to each primary
 * over a connection of the limiter's own. What meets a slot that has moved is sent on by the client, which knows how.
 */
import type { Cluster, Redis } from 'ioredis';
import { isCluster, noQueueOptions, slotOf } from '../../connection/index.ts';
import { createPrimary, noPrimary, type Primary, type PrimaryOptions } from './primary.ts';

export type Primaries = {
  /** Who has the keys with this hash tag. */
  of(hashTag: string): Primary;
  all(): readonly Primary[];
  close(): void;
};

export function primariesOf(redis: Redis | Cluster, options: PrimaryOptions): Primaries {
  return isCluster(redis) ? primariesOfCluster(redis, options) : onePrimary(redis, options);
}

function onePrimary(redis: Redis, options: PrimaryOptions): Primaries {
  const primary = createPrimary(redis, options);
  return { of: () => primary, all: () => [primary], close: () => primary.close() };
}

/** While a primary is away the map is asked for this often, in ms. */
const askEveryMs = 500;

type Member = { readonly primary: Primary; readonly redis: Redis };

function primariesOfCluster(cluster: Cluster, options: PrimaryOptions): Primaries {
  const members = new Map<string, Member>();
  const nobody = noPrimary(options.maxKeys);
  let owners: (string | undefined)[] = [];
  let askedAtMs = Number.NEGATIVE_INFINITY;

  const of = (hashTag: string): Primary => members.get(owners[slotOf(hashTag)] ?? '')?.primary ?? nobody;

  /** Takes the map over. What a primary that is gone was to be told, its successors are told. */
  function update(): void {
    owners = cluster.slots.map((nodes) => nodes[0]);
    const present = new Set(owners);
    const left = nobody.pendingConsumption.take();
    for (const [key, member] of members)
      if (!present.has(key)) {
        members.delete(key);
        left.push(...member.primary.pendingConsumption.take());
        end(member);
      }
    for (const node of cluster.nodes('master')) {
      const key = `${node.options.host}:${node.options.port}`;
      if (present.has(key) && !members.has(key)) members.set(key, open(node));
    }
    for (const charge of left) of(charge.slot).pendingConsumption.giveBack([charge]);
  }

  function open(node: Redis): Member {
    const redis = node.duplicate(noQueueOptions);
    redis.on('error', () => {});
    // The commands that the limiter and its guard need, of the node's own connection until the slot has moved.
    const client = {
      isCluster: true,
      get status() {
        return redis.status;
      },
      on: (event: 'ready' | 'close', listener: () => void) => redis.on(event, listener),
      off: (event: 'ready' | 'close', listener: () => void) => redis.off(event, listener),
      ping: () => redis.ping(),
      async callBuffer(command: string, ...args: (string | number)[]): Promise<unknown> {
        try {
          return await redis.callBuffer(command, ...args);
        } catch (error) {
          if (!isRedirection(error)) throw error;
          ask();
          return cluster.callBuffer(command, ...args);
        }
      },
    };
    const primary = createPrimary(client, {
      ...options,
      onChange: (state, reason) => {
        if (state === 'open') ask();
        options.onChange(state, reason);
      },
    });
    return { primary, redis };
  }

  function ask(): void {
    if (performance.now() - askedAtMs < askEveryMs) return;
    askedAtMs = performance.now();
    cluster.refreshSlotsCache(() => {});
  }

  cluster.on('refresh', update);
  const timer = setInterval(() => {
    if (members.size === 0 || [...members.values()].some(({ primary }) => !primary.usable)) ask();
  }, askEveryMs).unref();
  update();

  return {
    of,
    all: () => [...members.values()].map(({ primary }) => primary),
    close: () => {
      clearInterval(timer);
      cluster.off('refresh', update);
      for (const member of members.values()) end(member);
      members.clear();
    },
  };
}

function end({ primary, redis }: Member): void {
  primary.close();
  redis.disconnect();
}

/** The slot has another primary by now, or is on its way to one. */
function isRedirection(error: unknown): boolean {
  return error instanceof Error && /^(MOVED|ASK) /.test(error.message);
}
