import {
  type CheckListener,
  CheckLog,
  type CheckResult,
  type CheckValue,
} from '../shared/checks/check-log.ts';
import type { CheckContext, CheckOptions } from './check-context.ts';
import { type ServerCheck, serverChecks } from './check-list.ts';
import { compareClocks } from './checks/clock.ts';
import { checkConnections } from './checks/connections.ts';
import { selectDatabase } from './checks/database.ts';
import { findName, openPort } from './checks/dns-and-tcp.ts';
import { checkEviction } from './checks/eviction.ts';
import { logIn } from './checks/login.ts';
import { checkMemory } from './checks/memory.ts';
import { checkPermissions } from './checks/permissions.ts';
import { checkCluster } from './checks/replication/cluster.ts';
import { checkEndpoint } from './checks/replication/endpoint.ts';
import { checkFailover } from './checks/replication/failover.ts';
import { findRole } from './checks/replication/role.ts';
import { measureRoundTrips, type RoundTrips } from './checks/round-trip.ts';
import { setGetDelete } from './checks/set-get-delete.ts';
import { agreeOnEncryption } from './checks/tls.ts';
import type { Target } from './settings/settings-check.ts';
import type { RedisConnection } from './wire/link.ts';

export type ServerReport = {
  target: Target;
  results: readonly CheckResult[];
  /** null when the check did not run. */
  roundTrips: RoundTrips | null;
};

/** Checks one server. Checks that can no longer run are reported as skipped. */
export async function checkServer(
  target: Target,
  options: CheckOptions,
  listener: CheckListener,
): Promise<ServerReport> {
  const log = new CheckLog<ServerCheck>(listener);
  const link = await connect(target, options, log);
  let roundTrips: RoundTrips | undefined;
  if (link !== undefined) {
    const kind = await log.run('role', () => findRole(link, target, options));
    if (kind !== undefined) roundTrips = await runChecks({ target, options, link, ...kind }, log);
    link.close();
  }
  const done = new Set(log.results.map(({ check }) => check));
  log.skip(
    serverChecks.filter((check) => !done.has(check)),
    'not reached',
  );
  return { target, results: log.results, roundTrips: roundTrips ?? null };
}

/** Runs the checks from DNS to login and returns the connection, or undefined when one of them fails. */
async function connect(
  target: Target,
  options: CheckOptions,
  log: CheckLog<ServerCheck>,
): Promise<RedisConnection | undefined> {
  const { server } = target;
  const { timeoutMs } = options;
  if ((await log.run('name', () => findName(server.host, timeoutMs))) === undefined) return undefined;
  const socket = await log.run('port', async () => {
    const value = await openPort(server, timeoutMs);
    return { detail: `${server.port} accepts connections`, value };
  });
  if (socket === undefined) return undefined;
  const link = await log.run('encryption', () => agreeOnEncryption(target, socket, options));
  if (link === undefined) {
    socket.destroy();
    return undefined;
  }
  if (await log.run('login', () => logIn(link, target, options))) return link;
  link.close();
  return undefined;
}

const writing = ['rights', 'set, get, delete'] as const;

/** Runs the checks after the login. Stops when the connection closes, so that one cause is reported once. */
async function runChecks(context: CheckContext, log: CheckLog<ServerCheck>): Promise<RoundTrips | undefined> {
  const run = async <T>(check: ServerCheck, work: () => CheckValue<T> | Promise<CheckValue<T>>) =>
    context.link.isOpen ? log.run(check, work) : undefined;
  await run('cluster', () => checkCluster(context));
  const hasDatabase = await run('database', () => selectDatabase(context));
  const mayWrite = hasDatabase === true && (!context.isReplica || context.inCluster);
  if (mayWrite) await run('rights', () => checkPermissions(context));
  else if (context.link.isOpen) log.skip(writing, 'the server does not accept writes');
  await run('eviction', () => checkEviction(context));
  await run('memory', () => checkMemory(context));
  await run('connections', () => checkConnections(context));
  await run('clock', () => compareClocks(context));
  if (mayWrite) await run('set, get, delete', () => setGetDelete(context));
  const roundTrips = await run('round trip', () => measureRoundTrips(context));
  await run('endpoint', () => checkEndpoint(context));
  await run('failover', () => checkFailover(context));
  return roundTrips;
}
