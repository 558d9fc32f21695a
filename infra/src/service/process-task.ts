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
  /** Null: another one, whose address is in a secret. */
  database: DatabaseStack | null;
  linkSecret: ISecret;
  operatorToken: ISecret;
};

export const apiPort = 3000;
/** So long a process may take to answer: the first one of a deployment brings the database to the newest schema before. */
export const maxStart: Duration = Duration.minutes(5);
/** One vCPU, 2 GiB: what a process was measured with. */
const size = { cpu: 1024, memoryLimitMiB: 2048 };
/** As in the image: ECS does not look at the check that is there. */
const healthCommand = `fetch('http://127.0.0.1:${apiPort}/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))`;

/** What one of the two processes runs with: one container that writes nothing, and no more rights than it needs. */
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
  const ofDatabase = databaseSettings(scope, process, { database, secretArn: service.databaseSecretArn });
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
      ...ofDatabase.environment,
    },
    secrets: {
      ...ofDatabase.secrets,
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
  // The process reads the password itself, so that it hears of a new one without a restart.
  for (const right of redisRights(scope, cache, service.redisIamUser)) task.addToTaskRolePolicy(right);
  Validations.of(task).acknowledge({
    id: 'AwsSolutions-ECS2',
    reason: 'What stands in the environment is no secret; secrets are named, and read from Secrets Manager.',
  });
  Validations.of(task).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'ecr:GetAuthorizationToken knows no resource; pulling is allowed from the one repository.',
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
