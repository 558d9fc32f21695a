import { inject } from 'vitest';
import {
  type RedisClusterProcesses,
  startRedisCluster,
} from '../../../packages/redis-tier/src/testing/index.ts';
import { secret } from './doctor-target.ts';

export type SixNodes = {
  readonly primaries: RedisClusterProcesses['nodes'];
  readonly replicas: RedisClusterProcesses['replicas'];
  close(): Promise<void>;
};

/** Starts three primaries with one replica each, all with the password `secret`. */
export async function startSixNodes(): Promise<SixNodes> {
  const {
    nodes: primaries,
    replicas,
    close,
  } = await startRedisCluster(inject('redisBinary'), 3, 'replicated');
  for (const { admin } of [...primaries, ...replicas]) {
    await admin.config('SET', 'masterauth', secret);
    await admin.config('SET', 'requirepass', secret);
  }
  return { primaries, replicas, close };
}
