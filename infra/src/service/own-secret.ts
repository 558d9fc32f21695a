import { Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/** A secret of the processes alone, made by AWS, in the field `value`. Its life is theirs: people change it by hand. */
export function ownSecret(scope: Construct, id: string, secretName: string, description: string): Secret {
  const secret = new Secret(scope, id, {
    secretName,
    description,
    generateSecretString: {
      secretStringTemplate: '{}',
      generateStringKey: 'value',
      passwordLength: 64,
      excludePunctuation: true,
    },
  });
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason:
      'To change it ends all links, or shuts operators out: it is done when there is a reason, by hand.',
  });
  return secret;
}
