import type { CheckValue } from '../../shared/checks/check-log.ts';
import { CheckFailedError, type Finding } from '../../shared/checks/finding.ts';
import { counted } from '../../shared/terminal/words.ts';
import type { CheckContext } from '../check-context.ts';
import { noReply } from '../no-answer.ts';
import { type RedisConnection, RedisReplyError } from '../wire/link.ts';
import type { Reply } from '../wire/resp.ts';
import { openPort } from './dns-and-tcp.ts';
import { logIn } from './login.ts';
import { agreeOnEncryption } from './tls.ts';

type Node = { host: string; port: number };

const allSlots = 16_384;
/** ElastiCache has at most 500 shards; the first ones tell as much. */
const maxNodes = 30;

/** Whether the setting and the server agree on cluster mode; in a cluster, whether all of its primaries answer. */
export async function checkCluster(context: CheckContext): Promise<CheckValue<true>> {
  const { target, inCluster } = context;
  const wanted = target.server.cluster;
  if (!inCluster && !wanted) return { detail: 'off, as the settings say', value: true };
  if (!inCluster) return { detail: '', value: true, findings: [notACluster] };
  const { primaries, slots } = await findPrimaries(context);
  const unreachable = await findUnreachable(context, primaries.slice(0, maxNodes));
  const findings = [
    ...(wanted ? [] : [unexpectedCluster]),
    ...(slots < allSlots ? [clusterIncomplete(slots)] : []),
    ...(unreachable.length > 0 ? [nodesUnreachable(unreachable)] : []),
  ];
  const detail = `on, ${counted(primaries.length, 'primary', 'primaries')} for ${slots} of ${allSlots} slots`;
  return { detail, value: true, findings };
}

async function findPrimaries({ link, options: manner, target }: CheckContext) {
  let reply: Reply;
  try {
    reply = await link.ask(manner.timeoutMs, 'CLUSTER', 'SLOTS');
  } catch (error) {
    if (!(error instanceof RedisReplyError)) throw new CheckFailedError(noReply(error));
    throw new CheckFailedError({
      code: 'user_without_rights',
      message: `The server does not say which nodes it has: ${error.text}`,
      cause: 'Clients of a cluster ask for its nodes with CLUSTER SLOTS.',
      remediation: 'Give the user +cluster|slots, +cluster|shards and +cluster|info.',
    });
  }
  return readSlots(reply, target.server.host);
}

/** CLUSTER SLOTS: [first slot, last slot, [host, port, ...] of the primary, ...] for each range. */
function readSlots(reply: Reply, ownHost: string): { primaries: Node[]; slots: number } {
  const nodes = new Map<string, Node>();
  let slots = 0;
  for (const range of Array.isArray(reply) ? reply : []) {
    if (!Array.isArray(range)) continue;
    const [first, last, primary] = range as readonly Reply[];
    const [host, port] = Array.isArray(primary) ? (primary as readonly Reply[]) : [];
    slots += Number(last) - Number(first) + 1;
    // A node that does not know its own name leaves it empty: it is the one that was asked.
    const node = { host: typeof host === 'string' && host !== '' ? host : ownHost, port: Number(port) };
    nodes.set(`${node.host}:${node.port}`, node);
  }
  return { primaries: [...nodes.values()], slots };
}

/** Clients of a cluster connect to every node, so each of them has to be reached like the first one. */
async function findUnreachable(context: CheckContext, nodes: readonly Node[]): Promise<string[]> {
  const outcomes = await Promise.all(
    nodes.map(async (node) => {
      try {
        (await openNode(context, node)).close();
        return undefined;
      } catch (error) {
        if (!(error instanceof CheckFailedError)) throw error;
        return `${node.host}:${node.port} (${error.finding.code})`;
      }
    }),
  );
  return outcomes.filter((outcome) => outcome !== undefined);
}

/** A conversation with another node of the cluster, logged in. Throws CheckFailedError. */
export async function openNode(
  { target, options: manner }: CheckContext,
  node: Node,
): Promise<RedisConnection> {
  const ofNode = { ...target, server: { ...target.server, ...node } };
  const socket = await openPort(node, manner.timeoutMs);
  const { value: link } = await agreeOnEncryption(ofNode, socket, manner);
  await logIn(link, ofNode, manner);
  return link;
}

const notACluster: Finding = {
  code: 'cluster_mode_missing',
  severity: 'error',
  message: 'REDIS_CLUSTER is true, but cluster mode is off on the server.',
  cause: 'The setting belongs to another server, or the address is that of one without cluster mode.',
  remediation: 'Take REDIS_CLUSTER out, or put the Configuration Endpoint of the cluster into REDIS_URL.',
};

const unexpectedCluster: Finding = {
  code: 'cluster_mode_unexpected',
  severity: 'error',
  message: 'The server is in cluster mode, but REDIS_CLUSTER is not true.',
  cause: 'Without it a client talks to one node, which refuses the keys of all others (MOVED).',
  remediation:
    'Set REDIS_CLUSTER=true. The parameter group is default.redis7.cluster.on or one made from it; the way back to cluster mode off is a new cluster.',
};

function clusterIncomplete(slots: number): Finding {
  return {
    code: 'cluster_not_whole',
    severity: 'error',
    message: `${allSlots - slots} of ${allSlots} slots belong to nobody.`,
    cause: 'A shard is gone, or the cluster was never put together whole.',
    remediation:
      'Look at the shards in the ElastiCache console; with nodes of your own: redis-cli --cluster check, then fix.',
  };
}

function nodesUnreachable(nodes: readonly string[]): Finding {
  const told = nodes.slice(0, 5).join(', ');
  return {
    code: 'cluster_node_unreachable',
    severity: 'error',
    message: `${counted(nodes.length, 'primary', 'primaries')} cannot be used from here: ${told}.`,
    cause:
      'A cluster client connects to every node; the security group or a subnet lets only some of them through, or a node is down.',
    remediation:
      'The rule of bookedbarber-elasticache-sg has to cover all subnets of the subnet group; look at the state of the nodes.',
  };
}
