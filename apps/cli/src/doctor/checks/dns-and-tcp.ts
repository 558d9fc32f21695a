import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP, type Socket } from 'node:net';
import type { CheckValue } from '../../shared/checks/check-log.ts';
import { CheckFailedError, type Finding } from '../../shared/checks/finding.ts';
import { type Address, openSocket } from '../../shared/checks/open-socket.ts';
import { withTimeout } from '../with-timeout.ts';

/** Resolves the host name. */
export async function findName(
  host: string,
  timeoutMs: number,
): Promise<CheckValue<readonly LookupAddress[]>> {
  const family = isIP(host);
  if (family !== 0) return { detail: `${host} is an IP address`, value: [{ address: host, family }] };
  try {
    const addresses = await withTimeout(timeoutMs, lookup(host, { all: true }));
    const listed = addresses.slice(0, 3).map(({ address }) => address);
    const more = addresses.length > listed.length ? ` and ${addresses.length - listed.length} more` : '';
    return { detail: `${host} resolves to ${listed.join(', ')}${more}`, value: addresses };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new CheckFailedError(code === 'ENOTFOUND' ? nameNotFound(host) : dnsTimeout(host, code));
  }
}

function nameNotFound(host: string): Omit<Finding, 'severity'> {
  return {
    code: 'name_not_found',
    message: `There is no host named ${host}.`,
    cause:
      'The endpoint is misspelled, the cluster was deleted or recreated, or the name is known only in another network.',
    remediation:
      'Copy the Primary Endpoint (in cluster mode, the Configuration Endpoint) from the ElastiCache console into ' +
      'REDIS_URL. In a VPC, turn on enableDnsSupport and enableDnsHostnames.',
  };
}

function dnsTimeout(host: string, code = 'timeout'): Omit<Finding, 'severity'> {
  return {
    code: 'dns_timeout',
    message: `The host name ${host} could not be looked up (${code}).`,
    cause: 'This machine cannot reach a DNS server.',
    remediation:
      'Check the network of this machine and /etc/resolv.conf. In a VPC, turn on enableDnsSupport.',
  };
}

/** Connects to the port and returns the open socket. Throws CheckFailedError. */
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
      message: `${host} is reachable, but nothing is listening on port ${port}.`,
      cause: 'The port is wrong, or the server is not running.',
      remediation:
        'Check the port in REDIS_URL (ElastiCache: 6379 by default), and that the status of the cluster is "available".',
    };
  }
  if (code === 'ETIMEDOUT') {
    return {
      code: 'connection_timed_out',
      message: `The connection to ${host}:${port} timed out.`,
      cause:
        'Packets are dropped: a security group lacks the rule, there is no route from this subnet or VPC, or this ' +
        'machine is outside the VPC. ElastiCache is not reachable from the internet.',
      remediation:
        `Run bookedbarber doctor on an API server. Allow TCP ${port} from bookedbarber-api-sg: outbound in that group, ` +
        `and inbound in bookedbarber-elasticache-sg. Both need one VPC, or a route between their subnets.`,
    };
  }
  if (code === 'ECONNRESET') {
    return {
      code: 'connection_lost',
      message: `${host}:${port} closed the connection immediately.`,
      cause: 'A proxy or load balancer has no server behind it, or the server is shutting down.',
      remediation: 'Check host and port in REDIS_URL, and any proxy between this machine and the server.',
    };
  }
  return {
    code: 'network_unreachable',
    message: `${host}:${port} cannot be reached (${code}).`,
    cause: 'This machine has no route to the address, or a device on the path rejects the connection.',
    remediation:
      'Check the route tables and network ACLs of the subnets, and that this machine is in the VPC of the cluster.',
  };
}
