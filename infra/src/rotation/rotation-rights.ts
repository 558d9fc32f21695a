import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

export type RotatedThings = {
  secretArn: string;
  keyArn: string;
  groupArn: string;
};

/** What the function may do, and to what: one secret, its key, one replication group. */
export function rotationRights({ secretArn, keyArn, groupArn }: RotatedThings): PolicyStatement[] {
  const on = (resource: string, ...actions: string[]): PolicyStatement =>
    new PolicyStatement({ actions, resources: [resource] });
  return [
    on(
      secretArn,
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
    ),
    on(keyArn, 'kms:Decrypt', 'kms:GenerateDataKey'),
    on(groupArn, 'elasticache:DescribeReplicationGroups', 'elasticache:ModifyReplicationGroup'),
  ];
}
