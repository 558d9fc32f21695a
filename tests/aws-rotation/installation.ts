import { ElastiCache } from '@aws-sdk/client-elasticache';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import {
  awsGroup,
  awsSecret,
  newPassword,
  type RotationPorts,
  rotationHandler,
} from '@bookedbarber/redis-login/rotation';
import { connect, serverOf } from '@bookedbarber/redis-tier/connection';
import { type RedisServerProcess, startRedisServer } from '@bookedbarber/redis-tier/testing';
import { inject } from 'vitest';
import { type ElastiCacheStandIn, startElastiCache } from '../setup/aws/elasticache.ts';
import { type SecretsManagerStandIn, startSecretsManager } from '../setup/aws/secrets-manager.ts';

export const firstPassword = 'The-first-password-of-the-group!';
export const graceMs = 3_600_000;

/** A real server whose passwords are given by ElastiCache's wire protocol, and a secret that holds the one in use. */
export type Installation = {
  redis: RedisServerProcess;
  secrets: SecretsManagerStandIn;
  cache: ElastiCacheStandIn;
  ports: RotationPorts;
  /** What the function on Lambda said. */
  said: Readonly<Record<string, string>>[];
  /** Calls the function as AWS does. */
  call(event: unknown, ports?: RotationPorts): Promise<void>;
  /** Goes on to a moment so much later. */
  later(ms: number): void;
  /** Whether the server lets somebody in with it. */
  takes(password: string): Promise<boolean>;
  close(): Promise<void>;
};

export async function startInstallation(): Promise<Installation> {
  const redis = await startRedisServer(inject('redisBinary'));
  const apply = (passwords: readonly string[]) =>
    redis.admin.call('ACL', 'SETUSER', 'default', 'resetpass', ...passwords.map((text) => `>${text}`));
  await apply([firstPassword]);
  const secrets = await startSecretsManager();
  secrets.put('redis', JSON.stringify({ password: firstPassword, note: 'stays' }));
  const cache = await startElastiCache({
    group: 'bookedbarber',
    host: '127.0.0.1',
    port: redis.port,
    password: firstPassword,
    apply,
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
      lookEveryMs: 1000,
      changeWithinMs: 60_000,
      pingWithinMs: 5000,
      nowMs,
    }),
    newPassword,
    nowMs,
  };
  return {
    redis,
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
    takes: (password) => takes(redis.url, password),
    close: async () => {
      await Promise.all([redis.close(), secrets.close(), cache.close()]);
    },
  };
}

function takes(url: string, password: string): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (taken: boolean): void => {
      redis.disconnect();
      resolve(taken);
    };
    const redis = connect(
      { server: { ...serverOf(url), password }, name: 'trial', commandTimeoutMs: 5000 },
      () => end(false),
    );
    redis.on('ready', () => end(true));
  });
}
