/** Fake AWS services for the test of the guide, with a real TLS server as the cache. */
import { newPassword } from '@bookedbarber/redis-login/rotation';
import { startCloudFormation } from '../aws/cloud-formation.ts';
import { healthyMetrics, startCloudWatch } from '../aws/cloud-watch.ts';
import { startElastiCache } from '../aws/elasticache.ts';
import { startSecretsManager } from '../aws/secrets-manager.ts';
import type { SecureRedis } from '../doctor/doctor-redis.ts';

export type GuideOnAws = {
  /** Variables that direct AWS clients to the fake services. */
  readonly environment: Readonly<Record<string, string>>;
  readonly secretArn: string;
  /** The current password. */
  password(): string;
  /** Names of the deployed stacks. */
  stacks(): string[];
  /** Registers a function that is called with the new version when a rotation is requested. */
  onRotate(carryOut: (version: string) => void): void;
  /** The template of a stack, as text. */
  template(stack: string): string;
  close(): Promise<void>;
};

/** Starts an empty account. The cache that is deployed in it is the given server. */
export async function startGuideOnAws(redis: SecureRedis, node: string): Promise<GuideOnAws> {
  const name = 'bookedbarber/redis-auth';
  const passwordOf = (text: string | null) => (JSON.parse(text ?? '{}') as { password: string }).password;
  const first = newPassword();
  const apply = (passwords: readonly string[]) =>
    redis.admin.call('ACL', 'SETUSER', 'default', 'resetpass', ...passwords.map((text) => `>${text}`));
  await apply([first]);
  const secrets = await startSecretsManager();
  secrets.put(name, JSON.stringify({ password: first }));
  const cache = await startElastiCache({
    group: 'bookedbarber',
    host: 'localhost',
    port: redis.securePort,
    tls: true,
    node,
    password: first,
    apply,
    looksOfChange: 1,
    backups: [{ name: 'automatic.bookedbarber-002', made: '2026-10-02T03:04:00Z', sizes: ['12 MB'] }],
  });
  const cloudWatch = await startCloudWatch();
  for (const [metric, value] of Object.entries({
    ...healthyMetrics,
    DatabaseMemoryUsagePercentage: 20,
    CPUUtilization: 6,
  }))
    cloudWatch.values.set(metric, value);
  const cloudFormation = await startCloudFormation();
  const secretArn = secrets.arnOf(name);
  cloudFormation.outputs.set('bookedbarber-cache', {
    CacheEndpoint: `localhost:${redis.securePort}`,
    CachePasswordSecret: secretArn,
  });
  cloudFormation.outputs.set('bookedbarber-network', {
    VpcId: 'vpc-0a1b2c3d4e5f60718',
    ApiSecurityGroupId: 'sg-0a1b2c3d4e5f60718',
    CacheSubnetIds: 'subnet-0a1b2c3d4e5f60718,subnet-0a1b2c3d4e5f60719',
  });
  return {
    environment: {
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'an-example-of-a-secret',
      AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
      AWS_ENDPOINT_URL_STS: cloudFormation.url,
      AWS_ENDPOINT_URL_S3: cloudFormation.url,
      AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.url,
      AWS_ENDPOINT_URL_ELASTICACHE: cache.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    },
    secretArn,
    password: () => passwordOf(secrets.value(name)),
    stacks: () => [...cloudFormation.stacks.keys()],
    onRotate: (carryOut) => {
      secrets.onRotate = (_arn, version) => carryOut(version);
    },
    template: (stack) => cloudFormation.stacks.get(stack)?.body ?? '',
    close: async () => {
      for (const service of [secrets, cache, cloudWatch, cloudFormation]) await service.close();
    },
  };
}
