import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Plan } from '../elasticache.ts';

/** ElastiCache allows 16 to 128 characters. Letters and digits need no escaping. */
const passwordLength = 64;

/** Name of a group's secret. Its field `password` is the password. */
export const secretNameOf = ({ name }: Plan): string => `${name}/redis-auth`;

/** The AUTH token of a group. AWS generates it, and no template contains it. */
export function authSecret(scope: Construct, id: string, plan: Plan, key: IKey): Secret {
  const secret = new Secret(scope, id, {
    secretName: secretNameOf(plan),
    description: `Password of the replication group ${plan.name}`,
    encryptionKey: key,
    generateSecretString: {
      secretStringTemplate: '{}',
      generateStringKey: 'password',
      passwordLength,
      excludePunctuation: true,
    },
    removalPolicy: RemovalPolicy.RETAIN,
  });
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason: 'Secrets Manager has no rotation for ElastiCache. The rotation stack provides it.',
  });
  return secret;
}

/**
 * The dynamic reference to the password in a template. It must never change, because a change replaces the group and
 * deletes its data. It contains no version, so a rotation does not change it.
 */
export const authTokenReference = (plan: Plan): string =>
  `{{resolve:secretsmanager:${secretNameOf(plan)}:SecretString:password}}`;
