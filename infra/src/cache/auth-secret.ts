import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Plan } from '../elasticache.ts';

/** ElastiCache takes 16 to 128. Letters and digits alone: nobody has to escape them. */
const characters = 64;

/** Name of the secret of a group, in which the password is the field `password`. */
export const secretNameOf = ({ name }: Plan): string => `${name}/redis-auth`;

/** The AUTH token of a group, made by AWS: nobody sees it, and no template holds it. */
export function authSecret(scope: Construct, id: string, plan: Plan, key: IKey): Secret {
  const secret = new Secret(scope, id, {
    secretName: secretNameOf(plan),
    description: `Password of the replication group ${plan.name}`,
    encryptionKey: key,
    generateSecretString: {
      secretStringTemplate: '{}',
      generateStringKey: 'password',
      passwordLength: characters,
      excludePunctuation: true,
    },
    removalPolicy: RemovalPolicy.RETAIN,
  });
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason: 'Secrets Manager has no rotation for ElastiCache. The rotation stack brings one.',
  });
  return secret;
}

/**
 * How a template names the password. To change this text replaces the group and loses what is in it: it names no version,
 * and a rotation changes what the secret holds and never this.
 */
export const authTokenReference = (plan: Plan): string =>
  `{{resolve:secretsmanager:${secretNameOf(plan)}:SecretString:password}}`;
