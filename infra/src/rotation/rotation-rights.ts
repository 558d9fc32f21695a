import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

export type RotationResources = {
  secretArn: string;
  keyArn: string;
  groupArn: string;
};

/** The permissions of the function: one secret, its key and one replication group. */
export function rotationRights({ secretArn, keyArn, groupArn }: RotationResources): PolicyStatement[] {
  const allow = (resource: string, ...actions: string[]): PolicyStatement =>
    new PolicyStatement({ actions, resources: [resource] });
  return [
    allow(
      secretArn,
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
    ),
    allow(keyArn, 'kms:Decrypt', 'kms:GenerateDataKey'),
    allow(groupArn, 'elasticache:DescribeReplicationGroups', 'elasticache:ModifyReplicationGroup'),
  ];
}
