/** A process of the fleet: opens a cache as any application would, and works until it receives `end`, or dies. */
import { Cluster } from 'ioredis';
import { type Cache, createCache } from '../../cache/index.ts';
import { connect } from '../../connection/index.ts';
import { type FleetPolicies, FleetProcess, fleetPolicies, type Parent } from './member.ts';
import type { FleetProcessConfig, FromProcess, PendingRow, ToProcess } from './messages.ts';

const pending = new Map<number, (message: ToProcess) => void>();
let lastId = 0;
let member: FleetProcess | undefined;

function send(message: FromProcess): void {
  if (process.connected) process.send?.(message);
}

function request<T extends ToProcess>(message: (id: number) => FromProcess): Promise<T> {
  lastId += 1;
  const id = lastId;
  return new Promise((resolve) => {
    pending.set(id, (response) => resolve(response as T));
    send(message(id));
  });
}

const parent: Parent = {
  send,
  readTruth: async (key) =>
    (await request<Extract<ToProcess, { type: 'truth' }>>((id) => ({ type: 'read-truth', id, key }))).version,
  commit: async (key, tags) =>
    (await request<Extract<ToProcess, { type: 'committed' }>>((id) => ({ type: 'commit', id, key, tags })))
      .row,
  pending: async (): Promise<readonly PendingRow[]> =>
    (await request<Extract<ToProcess, { type: 'pending' }>>((id) => ({ type: 'ask-pending', id }))).rows,
};

function openCache({ at, cluster, prefix, deadlineMs }: FleetProcessConfig): Cache<FleetPolicies> {
  const ignore = (): void => {};
  const server = { ...at, tls: false, username: null, password: null, database: 0, keepAlive: true };
  const redis = cluster
    ? new Cluster([at], { redisOptions: { maxRetriesPerRequest: 0 }, slotsRefreshTimeout: 500 })
    : connect(
        { server: { ...server, connectTimeoutMs: 1000 }, name: 'member', commandTimeoutMs: 5000 },
        ignore,
      );
  redis.on('error', ignore);
  return createCache({
    redis,
    prefix,
    policies: fleetPolicies,
    local: { maxBytes: 1_000_000 },
    deadlineMs,
    onEvent: ({ type }) => {
      if (type === 'down') member?.redisIsDown();
    },
  });
}

async function begin(config: FleetProcessConfig): Promise<void> {
  const cache = openCache(config);
  await cache.ready(10_000);
  member = new FleetProcess(cache, config, parent);
  send({ type: 'ready' });
  await member.work();
  process.exit(0);
}

process.on('disconnect', () => process.exit(1));
process.on('message', (message: ToProcess) => {
  if (message.type === 'begin')
    begin(message.config).catch((error: unknown) =>
      send({
        type: 'broken',
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
    );
  else if (message.type === 'end') {
    if (member === undefined) process.exit(0);
    member.end();
  } else if (message.type === 'quiet') {
    if (member !== undefined) member.quiet = message.on;
  } else {
    pending.get(message.id)?.(message);
    pending.delete(message.id);
  }
});
