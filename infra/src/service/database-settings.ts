import type { Secret as EcsSecret } from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import { type DatabaseStack, databaseName } from '../database-stack.ts';
import { secretField } from './secret-field.ts';

type Settings = { environment: Record<string, string>; secrets: Record<string, EcsSecret> };

/** Settings for the database of the deployment, or for an existing one whose URL is in a secret. */
export function databaseSettings(
  scope: Construct,
  process: string,
  { database, secretArn }: { database: DatabaseStack | null; secretArn: string | null },
): Settings {
  if (database !== null)
    return {
      environment: {
        DATABASE_URL: `postgres://${databaseName}@${database.endpoint}/${databaseName}`,
        DATABASE_CA: 'amazon-rds',
      },
      secrets: {
        DATABASE_PASSWORD: secretField(scope, `${process}Database`, database.secretArn, 'password'),
      },
    };
  if (secretArn === null) throw new Error('the service has no database');
  return {
    environment: {},
    secrets: { DATABASE_URL: secretField(scope, `${process}Database`, secretArn, 'url') },
  };
}
