import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import {
  ContainerImage,
  CpuArchitecture,
  Secret as EcsSecret,
  FargateTaskDefinition,
  LogDriver,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { CacheStack } from '../cache-stack.ts';
import type { DatabaseStack } from '../database-stack.ts';
import type { Deployment, Service } from '../deployment/deployment.ts';
import { databaseSettings } from './database-settings.ts';
import { redisRights } from './redis-rights.ts';
import { redisSettings } from './redis-settings.ts';
import { secretField } from './secret-field.ts';

export type ProcessSettings = {
  deployment: Deployment & { service: Service };
  cache: CacheStack;
  /** Null if the service uses an existing database, whose URL is in a secret. */
  database: DatabaseStack | null;
  linkSecret: ISecret;
  operatorToken: ISecret;
};

export const apiPort = 3000;
/** Time for a process to become healthy. The first one of a deployment runs the migrations before. */
export const maxStart: Duration = Duration.minutes(5);
/** One vCPU and 2 GiB, the size used in the measurements. */
const size = { cpu: 1024, memoryLimitMiB: 2048 };
/** The same as in the image, because ECS ignores the health check of an image. */
const healthCommand = `fetch('http://127.0.0.1:${apiPort}/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))`;

/** The task definition of the api or the worker: one container with a read-only file system and minimal permissions. */
export function processTask(
  scope: Construct,
  process: 'api' | 'worker',
  settings: ProcessSettings,
): FargateTaskDefinition {
  const { deployment, cache, database, linkSecret, operatorToken } = settings;
  const { plan, service, network } = deployment;
  const task = new FargateTaskDefinition(scope, `${process}Task`, {
    ...size,
    family: `${plan.name}-${process}`,
    runtimePlatform: {
      cpuArchitecture: CpuArchitecture.X86_64,
      operatingSystemFamily: OperatingSystemFamily.LINUX,
    },
  });
  const databaseConfig = databaseSettings(scope, process, { database, secretArn: service.databaseSecretArn });
  task.addContainer(process, {
    image: imageOf(scope, process, service.image),
    ...(process === 'api'
      ? {
          portMappings: [{ containerPort: apiPort }],
          healthCheck: {
            command: ['CMD', 'node', '-e', healthCommand],
            interval: Duration.seconds(10),
            timeout: Duration.seconds(5),
            startPeriod: maxStart,
            retries: 3,
          },
        }
      : { command: ['node', 'apps/server/dist/main/worker.js'] }),
    readonlyRootFilesystem: true,
    stopTimeout: Duration.seconds(30),
    environment: {
      NODE_ENV: 'production',
      PORT: String(apiPort),
      PUBLIC_URL: service.publicUrl,
      TRUSTED_PROXIES: network.kind === 'new' ? network.cidr : (network.vpcCidr ?? ''),
      MAIL_FROM: service.mailFrom,
      REDIS_MAX_CONNECTIONS: String(plan.clients.connectionBudget),
      ...redisSettings(cache, service.redisIamUser),
      ...databaseConfig.environment,
    },
    secrets: {
      ...databaseConfig.secrets,
      SMTP_URL: secretField(scope, `${process}Smtp`, service.smtpSecretArn, 'url'),
      BOOKING_LINK_SECRET: EcsSecret.fromSecretsManager(linkSecret, 'value'),
      OPERATOR_TOKEN: EcsSecret.fromSecretsManager(operatorToken, 'value'),
    },
    logging: LogDriver.awsLogs({
      streamPrefix: process,
      logGroup: new LogGroup(scope, `${process}Logs`, {
        logGroupName: `/bookedbarber/${plan.name}/${process}`,
        retention: RetentionDays.THREE_MONTHS,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    }),
  });
  // The process reads the password itself, so that it can use a new one without a restart.
  for (const right of redisRights(scope, cache, service.redisIamUser)) task.addToTaskRolePolicy(right);
  Validations.of(task).acknowledge({
    id: 'AwsSolutions-ECS2',
    reason: 'The environment contains no secrets; ECS and the process read them from Secrets Manager.',
  });
  Validations.of(task).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'ecr:GetAuthorizationToken supports no resource; pulls are allowed only from one repository.',
  });
  return task;
}

function imageOf(scope: Construct, process: string, image: string): ContainerImage {
  const [, account = '', region = '', name = '', tag = ''] =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([a-z0-9._/-]+)[:@](.+)$/.exec(image) ?? [];
  const repository = Repository.fromRepositoryAttributes(scope, `${process}Images`, {
    repositoryName: name,
    repositoryArn: `arn:aws:ecr:${region}:${account}:repository/${name}`,
  });
  return ContainerImage.fromEcrRepository(repository, tag);
}
