import type { Resource } from '../stacks/template.ts';

/**
 * Properties whose change replaces a resource. Lists only resource types that hold data or that determine the name of
 * such a resource.
 *
 * Each property names its sources: S, the CloudFormation resource specification in the npm package
 * @aws-cdk/aws-service-spec 0.1.216, `causesReplacement` "yes" or "maybe", read 2026-11-27; D, "Update requires" in
 * awsdocs/aws-cloudformation-user-guide, editions of 2020 to 2021, read 2026-11-27; C, the documentation of the property
 * in aws-cdk-lib 2.276, read 2026-11-27. Where sources differ, the list assumes a replacement: `--replace` can override
 * the rejection, but a lost cache cannot be recovered.
 */
type ResourceKind = {
  /** Name in the diff. */
  readonly label: string;
  /** Whether it holds data. */
  readonly isStateful: boolean;
  /** Properties whose change always replaces the resource. */
  readonly replacedBy: readonly string[];
  /** Properties whose change replaces it, unless the update policy is UseOnlineResharding (S: maybe; D, C). */
  readonly replacedUnlessResharded?: readonly string[];
  /** Properties whose change retains the resource but overwrites its value. */
  readonly rewrittenBy?: readonly string[];
};

const kinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::ElastiCache::ReplicationGroup': {
    label: 'the cache',
    isStateful: true,
    replacedBy: [
      'AtRestEncryptionEnabled', // S, D
      'AuthToken', // S: maybe; C: adding it replaces. D names no replacement. Rotation changes a token.
      'CacheSubnetGroupName', // S, D
      'DataTieringEnabled', // S
      'Durability', // C: set on creation; a change is an error.
      'Engine', // S, D. C describes an in-place upgrade from Redis OSS to Valkey; the change set shows whether it applies.
      'GlobalReplicationGroupId', // S, D
      'KmsKeyId', // S, D
      'NetworkType', // S
      'Port', // S, D
      'PreferredCacheClusterAZs', // S, D
      'ReplicasPerNodeGroup', // S, D
      'ReplicationGroupId', // S, D
      'SnapshotArns', // S, D
      'SnapshotName', // S, D
    ],
    replacedUnlessResharded: ['NodeGroupConfiguration', 'NumNodeGroups'],
  },
  'AWS::ElastiCache::SubnetGroup': {
    label: 'the subnet group',
    isStateful: false,
    replacedBy: ['CacheSubnetGroupName'], // S
  },
  'AWS::KMS::Key': {
    label: 'the encryption key',
    isStateful: true,
    replacedBy: ['KeySpec', 'KeyUsage', 'MultiRegion'], // C: set on creation; S lists no replacement of a key.
  },
  'AWS::SecretsManager::Secret': {
    label: 'the secret',
    isStateful: true,
    replacedBy: ['Name'], // S, D
    // D: no interruption. The secret is retained; its value is not.
    rewrittenBy: ['GenerateSecretString', 'SecretString'],
  },
  'AWS::RDS::DBInstance': {
    label: 'the database',
    isStateful: true,
    // S
    replacedBy: [
      'BackupTarget',
      'CharacterSetName',
      'CustomIAMInstanceProfile',
      'DBClusterIdentifier',
      'DBInstanceIdentifier',
      'DBName',
      'DBSubnetGroupName',
      'DBSystemId',
      'KmsKeyId',
      'MasterUsername',
      'NcharCharacterSetName',
      'Port',
      'SourceRegion',
      'StorageEncrypted',
      'Timezone',
    ],
  },
  'AWS::RDS::DBSubnetGroup': {
    label: 'the subnet group of the database',
    isStateful: false,
    replacedBy: ['DBSubnetGroupName'], // S
  },
  'AWS::S3::Bucket': {
    label: 'the bucket',
    isStateful: true,
    replacedBy: ['BucketName', 'BucketNamePrefix', 'BucketNamespace', 'ObjectLockEnabled'], // S
  },
};

export function isStateful(type: string): boolean {
  return kinds[type]?.isStateful ?? false;
}

/** Properties whose change replaces a resource. `resource` is the new version, because its update policy applies. */
export function replacedBy({ Type: type, UpdatePolicy: policy }: Resource): readonly string[] {
  const { replacedBy: always = [], replacedUnlessResharded: unlessResharded = [] } = kinds[type] ?? {};
  return policy?.UseOnlineResharding === true ? always : [...always, ...unlessResharded];
}

/** Properties that change in place because of the update policy UseOnlineResharding; empty without this policy. */
export function reshardedBy({ Type: type, UpdatePolicy: policy }: Resource): readonly string[] {
  return policy?.UseOnlineResharding === true ? (kinds[type]?.replacedUnlessResharded ?? []) : [];
}

export function rewrittenBy(type: string): readonly string[] {
  return kinds[type]?.rewrittenBy ?? [];
}

export function describeResourceType(type: string): string {
  return kinds[type]?.label ?? type;
}
