/**
 * What cannot be changed without a new one in its place. Of the cache, subnet group, port, AuthToken, encryption at rest and
 * durability are confirmed; the other properties, and those of other types, still have to be read up in the CloudFormation
 * documentation, and err towards refusing. Only kinds that hold data, or that name what holds data, are listed.
 */
type Kind = {
  /** In the words of whoever reads the diff. */
  readonly words: string;
  /** Whether something is lost with it. */
  readonly holdsData: boolean;
  /** Properties of which every change is a replacement. */
  readonly replacedBy: readonly string[];
};

const kinds: Readonly<Record<string, Kind>> = {
  'AWS::ElastiCache::ReplicationGroup': {
    words: 'the cache',
    holdsData: true,
    replacedBy: [
      'AtRestEncryptionEnabled',
      'AuthToken',
      'CacheSubnetGroupName',
      'DataTieringEnabled',
      'Durability',
      'KmsKeyId',
      'NetworkType',
      'Port',
      'ReplicationGroupId',
      'SnapshotArns',
      'SnapshotName',
    ],
  },
  'AWS::ElastiCache::SubnetGroup': {
    words: 'the subnet group',
    holdsData: false,
    replacedBy: ['CacheSubnetGroupName'],
  },
  'AWS::KMS::Key': {
    words: 'the encryption key',
    holdsData: true,
    replacedBy: ['KeySpec', 'KeyUsage', 'MultiRegion'],
  },
  'AWS::SecretsManager::Secret': { words: 'the secret', holdsData: true, replacedBy: ['Name'] },
  'AWS::RDS::DBInstance': {
    words: 'the database',
    holdsData: true,
    replacedBy: [
      'CharacterSetName',
      'DBInstanceIdentifier',
      'DBName',
      'DBSubnetGroupName',
      'KmsKeyId',
      'MasterUsername',
      'StorageEncrypted',
    ],
  },
  'AWS::RDS::DBSubnetGroup': {
    words: 'the subnet group of the database',
    holdsData: false,
    replacedBy: ['DBSubnetGroupName'],
  },
  'AWS::S3::Bucket': { words: 'the bucket', holdsData: true, replacedBy: ['BucketName', 'BucketNamespace'] },
};

export function holdsData(type: string): boolean {
  return kinds[type]?.holdsData ?? false;
}

export function replacedBy(type: string): readonly string[] {
  return kinds[type]?.replacedBy ?? [];
}

export function kindInWords(type: string): string {
  return kinds[type]?.words ?? type;
}
