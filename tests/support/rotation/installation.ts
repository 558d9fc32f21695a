import { ElastiCache } from '@aws-sdk/client-elasticache';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import {
  awsGroup,
  awsSecret,
  newPassword,
  type RotationPorts,
  rotationHandler,
} from '@bookedbarber/redis-login/rotation';
import { connect, parseRedisUrl } from '@bookedbarber/redis-tier/connection';
import {
  type RedisServerProcess,
  startRedisCluster,
  startRedisServer,
} from '@bookedbarber/redis-tier/testing';
import { inject } from 'vitest';
import { type FakeElastiCache, startElastiCache } from '../aws/elasticache.ts';
import { type FakeSecretsManager, startSecretsManager } from '../aws/secrets-manager.ts';

export const firstPassword = 'The-first-password-of-the-group!';
export const graceMs = 3_600_000;

/** A Redis group whose passwords are set through the ElastiCache API, and a secret with the current password. */
export type Installation = {
  redis: RedisServerProcess;
  /** The primaries of the group: one, or three in cluster mode. The first is `redis`. */
  primaries: readonly RedisServerProcess[];
  /** Primaries that do not receive new passwords. */
  withoutUpdates: Set<RedisServerProcess>;
  secrets: FakeSecretsManager;
  cache: FakeElastiCache;
  ports: RotationPorts;
  /** Log lines of the Lambda function. */
  said: Readonly<Record<string, string>>[];
  /** Calls the Lambda function as AWS does. */
  call(event: unknown, ports?: RotationPorts): Promise<void>;
  /** Moves the clock forward. */
  later(ms: number): void;
  /** Whether every primary accepts the password. */
  takes(password: string): Promise<boolean>;
  close(): Promise<void>;
};

export async function startInstallation(mode: 'one' | 'cluster' = 'one'): Promise<Installation> {
  const servers = mode === 'one' ? await startOne() : await startRedisCluster(inject('redisBinary'), 3);
  const primaries = servers.nodes;
  const [redis] = primaries;
  if (redis === undefined) throw new Error('A group has at least one primary');
  const withoutUpdates = new Set<RedisServerProcess>();
  const apply = (passwords: readonly string[]) =>
    Promise.all(
      primaries
        .filter((primary) => !withoutUpdates.has(primary))
        .map(({ admin }) =>
          admin.call('ACL', 'SETUSER', 'default', 'resetpass', ...passwords.map((text) => `>${text}`)),
        ),
    );
  await apply([firstPassword]);
  const secrets = await startSecretsManager();
  secrets.put('redis', JSON.stringify({ password: firstPassword, note: 'stays' }));
  const cache = await startElastiCache({
    group: 'bookedbarber',
    host: '127.0.0.1',
    port: redis.port,
    password: firstPassword,
    apply,
    cluster: mode === 'cluster',
  });
  let aheadMs = 0;
  const nowMs = () => Date.now() + aheadMs;
  const place = {
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'an-example-of-a-secret' },
  };
  const said: Readonly<Record<string, string>>[] = [];
  const ports: RotationPorts = {
    secret: awsSecret(new SecretsManager({ ...place, endpoint: secrets.url }), secrets.arnOf('redis')),
    group: awsGroup({
      client: new ElastiCache({ ...place, endpoint: cache.url }),
      id: 'bookedbarber',
      pause: () => Promise.resolve(),
      pollIntervalMs: 1000,
      changeTimeoutMs: 60_000,
      pingTimeoutMs: 5000,
      nowMs,
    }),
    newPassword,
    nowMs,
  };
  return {
    redis,
    primaries,
    withoutUpdates,
    secrets,
    cache,
    ports,
    said,
    call: (event, others = ports) =>
      rotationHandler({
        secretArn: secrets.arnOf('redis'),
        graceMs,
        ports: others,
        log: (line) => said.push(line),
      })(event),
    later(ms) {
      aheadMs += ms;
    },
    async takes(password) {
      const each = await Promise.all(primaries.map(({ url }) => takes(url, password)));
      return each.every((taken) => taken);
    },
    close: async () => {
      await Promise.all([servers.close(), secrets.close(), cache.close()]);
    },
  };
}

async function startOne() {
  const server = await startRedisServer(inject('redisBinary'));
  return { nodes: [server], close: () => server.close() };
}

function takes(url: string, password: string): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (taken: boolean): void => {
      redis.disconnect();
      resolve(taken);
    };
    const redis = connect(
      { server: { ...parseRedisUrl(url), password }, name: 'trial', commandTimeoutMs: 5000 },
      () => end(false),
    );
    redis.on('ready', () => end(true));
  });
}
