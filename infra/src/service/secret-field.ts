import { Secret as EcsSecret } from 'aws-cdk-lib/aws-ecs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/** One field of an existing secret. ECS reads it when a process starts. */
export function secretField(scope: Construct, id: string, arn: string, field: string): EcsSecret {
  return EcsSecret.fromSecretsManager(Secret.fromSecretCompleteArn(scope, id, arn), field);
}
