import { type ServerAddress, sendCommand } from './aws-call.ts';
import { type Reply, unreadable } from './resp.ts';

/**
 * The primaries of a cluster as one of its nodes tells them, under the names that it sends clients to. Rejects as `ask` does,
 * and when there is none.
 */
export async function primariesOf(
  endpoint: ServerAddress,
  password: string,
  timeoutMs: number,
): Promise<ServerAddress[]> {
  const ranges = await sendCommand(endpoint, password, ['CLUSTER', 'SLOTS'], timeoutMs);
  // A primary has as many entries as ranges of slots.
  const primaries = new Map<string, ServerAddress>();
  for (const range of listOf(ranges)) {
    const [, , primary = null] = listOf(range);
    const [host, port] = listOf(primary);
    if (typeof port !== 'number') throw new Error(unreadable);
    // A node that knows no name of its own gives none: it is the one that was asked.
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
