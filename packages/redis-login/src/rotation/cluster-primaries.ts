import { type Reply, unreadable } from './resp.ts';
import { type ServerAddress, sendCommand } from './send-command.ts';

/**
 * Reads the primaries of a cluster from one of its nodes, with the endpoints that the node announces to clients.
 * Rejects like `sendCommand`, and if there is no primary.
 */
export async function primariesOf(
  endpoint: ServerAddress,
  password: string,
  timeoutMs: number,
): Promise<ServerAddress[]> {
  const ranges = await sendCommand(endpoint, password, ['CLUSTER', 'SLOTS'], timeoutMs);
  // A primary has one entry per slot range.
  const primaries = new Map<string, ServerAddress>();
  for (const range of listOf(ranges)) {
    const [, , primary = null] = listOf(range);
    const [host, port] = listOf(primary);
    if (typeof port !== 'number') throw new Error(unreadable);
    // A null or empty host means the host of this connection.
    const name = typeof host === 'string' && host !== '' ? host : endpoint.host;
    primaries.set(`${name}:${port}`, { host: name, port, tls: endpoint.tls });
  }
  if (primaries.size === 0) throw new Error('the cluster has no primary');
  return [...primaries.values()];
}

function listOf(reply: Reply): readonly Reply[] {
  if (!Array.isArray(reply)) throw new Error(unreadable);
  return reply as readonly Reply[];
}
