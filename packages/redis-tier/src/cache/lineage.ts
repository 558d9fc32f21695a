import { parseInfo } from '../connection/index.ts';
import { lineageOf } from './tag-version.ts';

/** What INFO replication says of a node: its lineage, or why it must not be used. */
export type NodeRole = { readonly lineage: Buffer } | { readonly unusable: string };

/** Only a primary is read: a replica that lags brings back what was invalidated. */
export function readRole(infoReplication: string): NodeRole {
  const fields = parseInfo(infoReplication);
  const role = fields.get('role');
  if (role !== 'master') return { unusable: `the node is no primary but ${role ?? 'of unknown role'}` };
  const replicationId = fields.get('master_replid');
  if (replicationId === undefined || !/^[0-9a-f]{40}$/.test(replicationId))
    return { unusable: 'the node tells no replication id' };
  return { lineage: lineageOf(replicationId) };
}
