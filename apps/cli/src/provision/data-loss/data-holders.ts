import type { Resource } from '../stacks/template.ts';

/**
 * What cannot be changed without a new one in its place. Only kinds that hold data, or that name what holds data, are listed.
 *
 * Sources, of which each property has one or more: S, the specification of CloudFormation's resources in the npm package
 * @aws-cdk/aws-service-spec 0.1.216, `causesReplacement` "yes" or "maybe", read 2026-11-27; D, "Update requires" in
 * awsdocs/aws-cloudformation-user-guide, editions of 2020 to 2021, read 2026-11-27; C, the documentation of the property in
 * aws-cdk-lib 2.276, read 2026-11-27. Where they differ, the list errs towards refusing: `--replace` is always possible, and
 * a lost cache cannot be had back.
 */
type Kind = {
  /** In the words of whoever reads the diff. */
  readonly words: string;
  /** Whether something is lost with it. */
  readonly isStateful: boolean;
  /** Properties of which every change is a replacement. */
  readonly replacedBy: readonly string[];
  /** Properties of which a change is one, unless the template has the update policy UseOnlineResharding (S: maybe; D, C). */
  readonly replacedUnlessResharded?: readonly string[];
  /** Properties of which a change keeps the resource and puts another value into it. */
  readonly rewrittenBy?: readonly string[];
};

const kinds: Readonly<Record<string, Kind>> = {
  'AWS::ElastiCache::ReplicationGroup': {
    words: 'the cache',
    isStateful: true,
    replacedBy: [
      'AtRestEncryptionEnabled', // S, D
      'AuthToken', // S: maybe; C: adding it replaces. D names no replacement, and a token is changed by rotation.
      'CacheSubnetGroupName', // S, D
      'DataTieringEnabled', // S
      'Durability', // C: decided when the group is made; a change is an error.
      'Engine', // S, D. C tells of a way in place from Redis OSS to Valkey: the change set says whether this is one.
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
    words: 'the subnet group',
    isStateful: false,
    replacedBy: ['CacheSubnetGroupName'], // S
  },
  'AWS::KMS::Key': {
    words: 'the encryption key',
    isStateful: true,
    replacedBy: ['KeySpec', 'KeyUsage', 'MultiRegion'], // C: decided when the key is made; S has no replacement of a key.
  },
  'AWS::SecretsManager::Secret': {
    words: 'the secret',
    isStateful: true,
    replacedBy: ['Name'], // S, D
    // D: no interruption, since the secret stays; what is in it does not.
    rewrittenBy: ['GenerateSecretString', 'SecretString'],
  },
  'AWS::RDS::DBInstance': {
    words: 'the database',
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
    words: 'the subnet group of the database',
    isStateful: false,
    replacedBy: ['DBSubnetGroupName'], // S
  },
  'AWS::S3::Bucket': {
    words: 'the bucket',
    isStateful: true,
    replacedBy: ['BucketName', 'BucketNamePrefix', 'BucketNamespace', 'ObjectLockEnabled'], // S
  },
};

export function isStateful(type: string): boolean {
  return kinds[type]?.isStateful ?? false;
}

/** Properties that replace a resource, as it will be: its update policy counts. */
export function replacedBy({ Type: type, UpdatePolicy: policy }: Resource): readonly string[] {
  const { replacedBy: always = [], replacedUnlessResharded: mostly = [] } = kinds[type] ?? {};
  return policy?.UseOnlineResharding === true ? always : [...always, ...mostly];
}

/** Properties that an update policy keeps from replacing a resource; none where it has no such policy. */
export function reshardedBy({ Type: type, UpdatePolicy: policy }: Resource): readonly string[] {
  return policy?.UseOnlineResharding === true ? (kinds[type]?.replacedUnlessResharded ?? []) : [];
}

export function rewrittenBy(type: string): readonly string[] {
  return kinds[type]?.rewrittenBy ?? [];
}

export function describeResourceType(type: string): string {
  return kinds[type]?.words ?? type;
}
