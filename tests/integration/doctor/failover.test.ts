import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { startFaultProxy, until } from '@bookedbarber/redis-tier/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEnvironment } from '../../../apps/cli/src/environment.ts';
import { runCommand } from '../../support/bookedbarber.ts';
import { type PasswordRedis, startPasswordRedis } from '../../support/doctor/doctor-redis.ts';
import { type DoctorRun, runDoctor, secret } from '../../support/doctor/doctor-target.ts';

const variables = { REDIS_PASSWORD: secret };

let primary: PasswordRedis;
let other: PasswordRedis;
beforeAll(async () => {
  [primary, other] = await Promise.all([startPasswordRedis(), startPasswordRedis()]);
});
afterAll(() => Promise.all([primary?.close(), other?.close()]));

const checkOf = ({ report }: Pick<DoctorRun, 'report'>, name: string) =>
  report.servers.flatMap(({ checks }) => checks).find(({ check }) => check === name);

describe('the connections of a demoted server', () => {
  const setting = 'close-on-replica-write';

  /** A proxy that answers for the setting, which only ElastiCache has. Other commands reach the server. */
  async function startProxyWith(value: string): Promise<Server> {
    const reply = `*2\r\n$${setting.length}\r\n${setting}\r\n$${value.length}\r\n${value}\r\n`;
    const proxy = createServer((client) => {
      const server = connect(primary.port, '127.0.0.1');
      client.on('data', (chunk) => (chunk.includes(setting) ? client.write(reply) : server.write(chunk)));
      server.on('data', (chunk) => client.write(chunk));
      for (const socket of [client, server]) {
        socket.on('error', () => {});
        socket.on('close', () => void [client, server].map((both) => both.destroy()));
      }
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    return proxy;
  }

  test.each([
    ['no', 'warning', ['connections_kept_after_failover']],
    ['yes', 'ok', []],
  ])('are reported for close-on-replica-write %s as %s', async (value, outcome, codes) => {
    const proxy = await startProxyWith(value);
    const { port } = proxy.address() as AddressInfo;
    const run = await runDoctor({ args: [`redis://127.0.0.1:${port}`], variables });
    proxy.close();
    expect([run.errors, run.warnings]).toEqual([[], codes]);
    expect(checkOf(run, 'failover')).toMatchObject({ outcome });
    if (value === 'no')
      expect(run.finding('connections_kept_after_failover').remediation).toContain('parameter group');
  });

  test('are reported for a server without the setting as kept', async () => {
    const run = await runDoctor({ args: [primary.address], variables });
    expect(checkOf(run, 'failover')).toMatchObject({
      outcome: 'ok',
      detail: expect.stringContaining('keeps its connections'),
    });
  });

  test('are unknown, not ok, if CONFIG is not allowed', async () => {
    await primary.admin.call('ACL', 'SETUSER', 'limited', 'on', `>${secret}`, '~*', '&*', '+@all', '-config');
    const run = await runDoctor({
      args: [primary.address],
      variables: { ...variables, REDIS_USERNAME: 'limited' },
    });
    expect([run.errors, run.warnings]).toEqual([[], []]);
    expect(checkOf(run, 'failover')).toMatchObject({
      outcome: 'skipped',
      detail: expect.stringContaining('status --aws'),
    });
    expect(run.text).toMatch(/skipped +failover +unknown/);
  });
});

describe('an endpoint', () => {
  /** Runs the doctor once, through an endpoint that leads its first connection to one server and all others to `to`. */
  async function runWhileEndpointMoves(to: PasswordRedis) {
    let connections = 0;
    const proxy = await startFaultProxy(() => {
      connections += 1;
      return { host: '127.0.0.1', port: connections === 1 ? primary.port : to.port };
    });
    const { code, stdout } = await runCommand(
      ['doctor', `redis://127.0.0.1:${proxy.port}`, '--json', '--timeout', '60'],
      { environment: readEnvironment(variables), workingFolder: '/', projectFolder: '/nowhere' },
    );
    await proxy.close();
    return { code, report: JSON.parse(stdout) as DoctorRun['report'] };
  }

  test('that leads to the same server again passes', async () => {
    const run = await runWhileEndpointMoves(primary);
    expect(run.report.errors).toEqual([]);
    expect(checkOf(run, 'endpoint')).toMatchObject({ outcome: 'ok' });
  });

  test('that leads a new connection to another primary is reported', async () => {
    const { code, report } = await runWhileEndpointMoves(other);
    expect([code, report.errors]).toEqual([1, ['endpoint_changes_servers']]);
  });

  test('that leads a new connection to a replica is reported', async () => {
    await other.admin.config('SET', 'masterauth', secret);
    await other.admin.call('REPLICAOF', '127.0.0.1', primary.port);
    await until('it is a replica', async () => /role:slave/.test(await other.admin.info('replication')));
    const { code, report } = await runWhileEndpointMoves(other);
    expect([code, report.errors]).toEqual([1, ['replica_endpoint']]);
  });
});
