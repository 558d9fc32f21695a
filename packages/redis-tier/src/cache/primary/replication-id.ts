import type { Redis } from 'ioredis';
import { parseInfo } from '../../connection/index.ts';
import { replicationIdOf } from '../load/tag-version.ts';

/** A usable primary: its replication id, and a string that identifies its process and replication id. */
export type UsableNode = { readonly replicationId: Buffer; readonly server: string };

/** What a node reports about itself, or why it is unusable. */
export type NodeRole = UsableNode | { readonly unusable: string; readonly isReplica?: true };

/**
 * Sends immediately. A replica is unusable: it may lag and bring back invalidated values. A node that refuses writes
 * (it cannot save to disk, or lacks replicas) is unusable too: it would return values that no process can invalidate.
 * `probeKey` is a key that never exists, in a slot of the node.
 *
 * @throws the connection's error
 */
export async function readRole(redis: Redis, probeKey: string): Promise<NodeRole> {
  const [replication, server, refusal] = await Promise.all([
    redis.info('replication'),
    redis.info('server'),
    redis.unlink(probeKey).then(() => undefined, refusalOf),
  ]);
  const fields = parseInfo(replication);
  const role = fields.get('role');
  if (role !== 'master')
    return { unusable: `the node is not a primary; its role is ${role ?? 'unknown'}`, isReplica: true };
  if (refusal !== undefined) return { unusable: `the node refuses writes: ${refusal}` };
  const replicationId = fields.get('master_replid');
  if (replicationId === undefined || !/^[0-9a-f]{40}$/.test(replicationId))
    return { unusable: 'the node reports no replication id' };
  const runId = parseInfo(server).get('run_id') ?? '';
  return { replicationId: replicationIdOf(replicationId), server: `${runId} ${replicationId}` };
}

function refusalOf(error: unknown): string {
  if (error instanceof Error && error.name === 'ReplyError') return error.message;
  throw error;
}
