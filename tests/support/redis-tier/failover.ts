import {
  type FaultProxy,
  type RedisServerProcess,
  startFaultProxy,
  startRedisServer,
  until,
} from '@bookedbarber/redis-tier/testing';

/** An endpoint with a primary and its replica behind it, whose open connections stay where they are. */
export type FailoverEndpoint = {
  readonly url: string;
  /** The primary at the start. */
  readonly old: RedisServerProcess;
  /** The replica at the start. */
  readonly promoted: RedisServerProcess;
  /**
   * Promotes the replica. New connections lead to it. The old primary becomes its replica, or goes on as a primary that
   * only its open connections reach.
   */
  failOver(oldBecomes: 'replica' | 'primary'): Promise<void>;
  /** Open connections to a server through the endpoint, of all names or of those that begin with `name`. */
  connectionsTo(server: RedisServerProcess, name?: string): Promise<number>;
  close(): Promise<void>;
};

export async function startFailoverEndpoint(binary: string): Promise<FailoverEndpoint> {
  const [old, promoted] = await Promise.all([startRedisServer(binary), startRedisServer(binary)]);
  await promoted.admin.replicaof('127.0.0.1', old.port);
  await until('the replica is connected', async () =>
    (await promoted.admin.info('replication')).includes('master_link_status:up'),
  );
  let target = old;
  const proxy: FaultProxy = await startFaultProxy(() => ({ host: '127.0.0.1', port: target.port }));
  return {
    url: `redis://127.0.0.1:${proxy.port}`,
    old,
    promoted,
    async failOver(oldBecomes) {
      await promoted.admin.replicaof('NO', 'ONE');
      target = promoted;
      if (oldBecomes === 'replica') await old.admin.replicaof('127.0.0.1', promoted.port);
    },
    async connectionsTo(server, name = '') {
      const ports = new Set(proxy.links.map(({ serverSidePort }) => `${serverSidePort}`));
      const list = (await server.admin.client('LIST')) as string;
      return [...list.matchAll(/ addr=127\.0\.0\.1:(\d+) .* name=(\S*) /g)].filter(
        ([, port, its]) => ports.has(port ?? '') && its?.startsWith(name),
      ).length;
    },
    async close() {
      await proxy.close();
      await Promise.all([old.close(), promoted.close()]);
    },
  };
}
