import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP, type Socket } from 'node:net';
import type { CheckValue } from '../../shared/checks/check-log.ts';
import { CheckFailedError, type Finding } from '../../shared/checks/finding.ts';
import { type Address, openSocket } from '../../shared/checks/open-socket.ts';
import { withTimeout } from '../within.ts';

/** Whether the name leads anywhere. */
export async function findName(
  host: string,
  timeoutMs: number,
): Promise<CheckValue<readonly LookupAddress[]>> {
  const family = isIP(host);
  if (family !== 0) return { detail: `${host} is an address`, value: [{ address: host, family }] };
  try {
    const addresses = await withTimeout(timeoutMs, lookup(host, { all: true }));
    const told = addresses.slice(0, 3).map(({ address }) => address);
    const more = addresses.length > told.length ? `, and ${addresses.length - told.length} more` : '';
    return { detail: `${host} is ${told.join(', ')}${more}`, value: addresses };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new CheckFailedError(code === 'ENOTFOUND' ? nameNotFound(host) : nameServerSilent(host, code));
  }
}

function nameNotFound(host: string): Omit<Finding, 'severity'> {
  return {
    code: 'name_not_found',
    message: `There is no host named ${host}.`,
    cause:
      'The endpoint is misspelt, or the cluster was deleted or made anew, or the name is known in another network alone.',
    remediation:
      'Copy the Primary Endpoint (with cluster mode: the Configuration Endpoint) from the ElastiCache console into ' +
      'REDIS_URL, without the port in the name. In a VPC, enableDnsSupport and enableDnsHostnames have to be on.',
  };
}

function nameServerSilent(host: string, code = 'no answer in time'): Omit<Finding, 'severity'> {
  return {
    code: 'dns_timeout',
    message: `Nobody could say what ${host} is (${code}).`,
    cause: 'This machine reaches no name server.',
    remediation:
      'Look at the network of this machine and its /etc/resolv.conf; in a VPC, enableDnsSupport has to be on.',
  };
}

/** Whether the port takes connections. The socket is open then. */
export async function openPort(address: Address, timeoutMs: number): Promise<Socket> {
  try {
    return await openSocket(address, timeoutMs);
  } catch (error) {
    throw new CheckFailedError(unreachable(address, (error as NodeJS.ErrnoException).code));
  }
}

function unreachable({ host, port }: Address, code = 'unknown'): Omit<Finding, 'severity'> {
  if (code === 'ECONNREFUSED') {
    return {
      code: 'connection_refused',
      message: `${host} is there, but nothing listens on port ${port}.`,
      cause: 'The port is wrong, or the server does not run.',
      remediation:
        'Check the port in REDIS_URL (ElastiCache: 6379 unless another was chosen) and that the cluster is "available".',
    };
  }
  if (code === 'ETIMEDOUT') {
    return {
      code: 'connection_timed_out',
      message: `${host}:${port} does not answer at all.`,
      cause:
        'Packets are dropped on the way: a security group without the rule, another subnet or VPC without a route, ' +
        'or a machine outside of the VPC. ElastiCache is never reachable from the internet.',
      remediation:
        `Run this on an API server. Inbound of bookedbarber-elasticache-sg needs TCP ${port} from bookedbarber-api-sg, ` +
        `outbound of bookedbarber-api-sg needs TCP ${port} to it; both in one VPC, or with a route between their subnets.`,
    };
  }
  if (code === 'ECONNRESET') {
    return {
      code: 'connection_lost',
      message: `${host}:${port} ended the connection as soon as it was made.`,
      cause:
        'A proxy or a load balancer in between has no server behind it, or the server is just going down.',
      remediation: 'Check host and port of REDIS_URL, and what stands between this machine and the server.',
    };
  }
  return {
    code: 'network_unreachable',
    message: `${host}:${port} cannot be reached (${code}).`,
    cause: 'This machine has no route to that address, or something on the way refuses the connection.',
    remediation:
      'Check the route tables and network ACLs of the subnets, and that this machine is in the VPC of the cluster.',
  };
}
