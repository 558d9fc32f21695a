import type { Redis } from 'ioredis';
import { parseInfo } from '../../connection/index.ts';
import { replicationIdOf } from '../load/tag-version.ts';

/** A primary: its lineage, and one text that tells its process and its lineage from all others. */
export type UsableNode = { readonly replicationId: Buffer; readonly server: string };

/** What a node says of itself, or why it must not be used. */
export type NodeRole = UsableNode | { readonly unusable: string };

/**
 * Sends at once. Only a primary is read: a replica that lags brings back what was invalidated. Nor is a node that refuses
 * writes (it cannot save to its disk, or lacks replicas): it would go on giving out what nobody can invalidate. `probeKey`
 * is a name that nothing has, in a slot of the node.
 *
 * @throws the connection's error
 */
export async function askRole(redis: Redis, probeKey: string): Promise<NodeRole> {
  const [replication, server, refusal] = await Promise.all([
    redis.info('replication'),
    redis.info('server'),
    redis.unlink(probeKey).then(() => undefined, refusalOf),
  ]);
  const fields = parseInfo(replication);
  const role = fields.get('role');
  if (role !== 'master') return { unusable: `the node is no primary but ${role ?? 'of unknown role'}` };
  if (refusal !== undefined) return { unusable: `the node refuses writes: ${refusal}` };
  const replicationId = fields.get('master_replid');
  if (replicationId === undefined || !/^[0-9a-f]{40}$/.test(replicationId))
    return { unusable: 'the node tells no replication id' };
  const runId = parseInfo(server).get('run_id') ?? '';
  return { replicationId: replicationIdOf(replicationId), server: `${runId} ${replicationId}` };
}

function refusalOf(error: unknown): string {
  if (error instanceof Error && error.name === 'ReplyError') return error.message;
  throw error;
}
