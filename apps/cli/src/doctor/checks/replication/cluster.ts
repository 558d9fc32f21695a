import type { CheckValue } from '../../../shared/checks/check-log.ts';
import { CheckFailedError, type Finding } from '../../../shared/checks/finding.ts';
import { counted } from '../../../shared/terminal/words.ts';
import type { CheckContext } from '../../check-context.ts';
import { noReply } from '../../no-reply.ts';
import { type RedisConnection, RedisReplyError } from '../../wire/link.ts';
import type { Reply } from '../../wire/resp.ts';
import { openPort } from '../dns-and-tcp.ts';
import { logIn } from '../login.ts';
import { agreeOnEncryption } from '../tls.ts';

type Node = { host: string; port: number };

const allSlots = 16_384;
/** Checks a sample: an ElastiCache cluster has up to 500 shards. */
const maxNodes = 30;

/** Compares REDIS_CLUSTER with the server. In a cluster, checks that slots are covered and primaries are reachable. */
export async function checkCluster(context: CheckContext): Promise<CheckValue<true>> {
  const { target, inCluster } = context;
  const expected = target.server.cluster;
  if (!inCluster && !expected) return { detail: 'off, as set', value: true };
  if (!inCluster) return { detail: '', value: true, findings: [notACluster] };
  const { primaries, slots } = await findPrimaries(context);
  const unreachable = await findUnreachable(context, primaries.slice(0, maxNodes));
  const findings = [
    ...(expected ? [] : [unexpectedCluster]),
    ...(slots < allSlots ? [clusterIncomplete(slots)] : []),
    ...(unreachable.length > 0 ? [nodesUnreachable(unreachable)] : []),
  ];
  const detail = `on, ${counted(primaries.length, 'primary', 'primaries')} for ${slots} of ${allSlots} slots`;
  return { detail, value: true, findings };
}

async function findPrimaries({ link, options, target }: CheckContext) {
  let reply: Reply;
  try {
    reply = await link.send(options.timeoutMs, 'CLUSTER', 'SLOTS');
  } catch (error) {
    if (!(error instanceof RedisReplyError)) throw new CheckFailedError(noReply(error));
    throw new CheckFailedError({
      code: 'user_without_rights',
      message: `The server does not list its nodes: ${error.text}`,
      cause: 'The user may not run CLUSTER SLOTS, which cluster clients use to find the nodes.',
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
    // An empty host means the node that sent the reply: it does not know its own name.
    const node = { host: typeof host === 'string' && host !== '' ? host : ownHost, port: Number(port) };
    nodes.set(`${node.host}:${node.port}`, node);
  }
  return { primaries: [...nodes.values()], slots };
}

/** Cluster clients connect to every node, so each primary must be reachable. */
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

/** Opens an authenticated connection to another node of the cluster. Throws CheckFailedError. */
export async function openNode({ target, options }: CheckContext, node: Node): Promise<RedisConnection> {
  const ofNode = { ...target, server: { ...target.server, ...node } };
  const socket = await openPort(node, options.timeoutMs);
  const { value: link } = await agreeOnEncryption(ofNode, socket, options);
  await logIn(link, ofNode, options);
  return link;
}

const notACluster: Finding = {
  code: 'cluster_mode_missing',
  severity: 'error',
  message: 'REDIS_CLUSTER is true, but cluster mode is off on the server.',
  cause: 'REDIS_CLUSTER was set for another server, or REDIS_URL names the wrong one.',
  remediation: 'Remove REDIS_CLUSTER, or set REDIS_URL to the Configuration Endpoint of the cluster.',
};

const unexpectedCluster: Finding = {
  code: 'cluster_mode_unexpected',
  severity: 'error',
  message: 'The server is in cluster mode, but REDIS_CLUSTER is not true.',
  cause: 'Without REDIS_CLUSTER, the client uses one node, which rejects keys of the other nodes (MOVED).',
  remediation:
    'Set REDIS_CLUSTER=true. The parameter group is default.redis7.cluster.on or based on it. Cluster mode cannot be turned off: that requires a new cluster.',
};

function clusterIncomplete(slots: number): Finding {
  return {
    code: 'cluster_not_whole',
    severity: 'error',
    message: `${allSlots - slots} of ${allSlots} slots are not assigned to any node.`,
    cause: 'A shard is missing, or the cluster was not created completely.',
    remediation:
      'Check the shards in the ElastiCache console. For your own nodes, run redis-cli --cluster check, then redis-cli --cluster fix.',
  };
}

function nodesUnreachable(nodes: readonly string[]): Finding {
  const listed = nodes.slice(0, 5).join(', ');
  return {
    code: 'cluster_node_unreachable',
    severity: 'error',
    message: `${counted(nodes.length, 'primary', 'primaries')} cannot be used from this machine: ${listed}.`,
    cause:
      'The security group or a subnet allows only some of the nodes, or a node is down. Cluster clients connect to every node.',
    remediation:
      'Make the rule of bookedbarber-elasticache-sg cover all subnets of the subnet group, and check the state of the nodes.',
  };
}
