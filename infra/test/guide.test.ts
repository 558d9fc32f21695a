/**
 * Phases 1 to 3, monitoring and alerts of the setup guide, as properties of the templates; errors of the guide are
 * corrected.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { alarmDefinitions, watched } from '../src/elasticache.ts';
import { build, engines, fileOf, planOf, type Resource, resources } from './deployments.ts';

const built = build(fileOf(planOf('small shop')));
const [group = undefined] = resources(built, 'AWS::ElastiCache::ReplicationGroup');
const properties = (group?.Properties ?? {}) as Record<string, unknown>;
/** The template of one stack. */
const stack = (part: string) => {
  const template = built.templates[`lantern-${part}`];
  return { templates: template === undefined ? {} : { [part]: template } };
};
const named = (type: string, part: string): Resource | undefined =>
  resources(built, type).find((resource) => JSON.stringify(resource.Properties).includes(part));

describe('phase 1: the cache has', () => {
  test('the region of the deployment', () => assert.match(built.manifest, /aws:\/\/123456789012\/us-east-1/));
  test('engine Redis 7.0 or later, and a parameter group of its family', () => {
    assert.deepEqual([properties['Engine'], properties['EngineVersion']], ['redis', '7.1']);
    const [parameters] = resources(built, 'AWS::ElastiCache::ParameterGroup');
    assert.equal(parameters?.Properties['CacheParameterGroupFamily'], 'redis7');
    assert.deepEqual(parameters?.Properties['Properties'], {
      'maxmemory-policy': 'volatile-lru',
      'reserved-memory-percent': '25',
      // A demoted node must not keep its clients.
      'close-on-replica-write': 'yes',
    });
  });
  test('engine Valkey, if the plan sets it', () => {
    const valkey = build(fileOf(planOf('small shop', engines[1])));
    const [other] = resources(valkey, 'AWS::ElastiCache::ReplicationGroup');
    assert.deepEqual([other?.Properties['Engine'], other?.Properties['EngineVersion']], ['valkey', '8.1']);
  });
  test('port 6379', () => assert.equal(properties['Port'], 6379));
  test('node type cache.t4g.small', () => assert.equal(properties['CacheNodeType'], 'cache.t4g.small'));
  test('a new subnet group of isolated subnets in the VPC of the application', () => {
    const [subnets] = resources(built, 'AWS::ElastiCache::SubnetGroup');
    const ids = subnets?.Properties['SubnetIds'] as unknown as unknown[] | undefined;
    assert.equal(ids?.length, 2);
    assert.deepEqual(resources(built, 'AWS::EC2::Route'), []);
    for (const subnet of resources(built, 'AWS::EC2::Subnet'))
      assert.equal(subnet.Properties['MapPublicIpOnLaunch'], false);
  });
  test('encryption at rest with a customer managed key and key rotation', () => {
    assert.equal(properties['AtRestEncryptionEnabled'], true);
    assert.match(JSON.stringify(properties['KmsKeyId']), /^\{"Ref":"Key\w+"\}$/);
    const keys = resources(built, 'AWS::KMS::Key');
    assert.ok(keys.length > 0);
    for (const key of keys) assert.equal(key.Properties['EnableKeyRotation'], true);
  });
  test('mandatory encryption in transit', () => {
    assert.deepEqual(
      [properties['TransitEncryptionEnabled'], properties['TransitEncryptionMode']],
      [true, 'required'],
    );
  });
  test('AUTH with a strong password that no template contains', () => {
    const [secret] = resources(built, 'AWS::SecretsManager::Secret');
    assert.deepEqual(secret?.Properties['GenerateSecretString'], {
      ExcludePunctuation: true,
      GenerateStringKey: 'password',
      PasswordLength: 64,
      SecretStringTemplate: '{}',
    });
    assert.equal(secret?.Properties['Name'], 'lantern/redis-auth');
    assert.ok(secret?.Properties['KmsKeyId']);
    assert.ok(group?.DependsOn?.some((id) => id.startsWith('CachePassword')));
  });
  test('backups from 03:00 to 05:00 UTC, retained for 7 days, and maintenance on Sundays from 05:00 to 07:00', () => {
    assert.equal(properties['SnapshotRetentionLimit'], 7);
    assert.equal(properties['SnapshotWindow'], '03:00-05:00');
    assert.equal(properties['PreferredMaintenanceWindow'], 'sun:05:00-sun:07:00');
  });
  test('a final backup when the group is deleted', () => {
    assert.deepEqual([group?.DeletionPolicy, group?.UpdateReplacePolicy], ['Snapshot', 'Snapshot']);
  });
  test('a replica in another zone with automatic failover', () => {
    assert.equal(properties['NumCacheClusters'], 2);
    assert.deepEqual([properties['MultiAZEnabled'], properties['AutomaticFailoverEnabled']], [true, true]);
  });
  test('a slow log and an engine log', () => {
    const deliveries = properties['LogDeliveryConfigurations'] as { LogType: string }[];
    assert.deepEqual(
      deliveries.map(({ LogType }) => LogType),
      ['slow-log', 'engine-log'],
    );
  });
});

describe('phase 2: security groups', () => {
  test('allow only the api on the port of the cache, and no egress', () => {
    const rules = resources(stack('network'), 'AWS::EC2::SecurityGroupIngress');
    assert.equal(rules.length, 1);
    const [rule] = rules as [Resource];
    assert.deepEqual(
      [rule.Properties['IpProtocol'], rule.Properties['FromPort'], rule.Properties['ToPort']],
      ['tcp', 6379, 6379],
    );
    assert.match(JSON.stringify(rule.Properties['SourceSecurityGroupId']), /ApiSecurityGroup/);
    assert.match(JSON.stringify(rule.Properties['GroupId']), /CacheSecurityGroup/);
    const cache = named('AWS::EC2::SecurityGroup', 'elasticache-sg');
    assert.equal(cache?.Properties['SecurityGroupIngress'], undefined);
    const out = cache?.Properties['SecurityGroupEgress'] as unknown as { CidrIp: string }[];
    assert.deepEqual(
      out.map(({ CidrIp }) => CidrIp),
      ['255.255.255.255/32'],
    );
  });
  test('do not change an existing security group of the api', () => {
    const existing = build(fileOf(planOf('small shop'), 'existing'));
    const [rule] = resources(existing, 'AWS::EC2::SecurityGroupIngress');
    assert.equal(rule?.Properties['SourceSecurityGroupId'], 'sg-0a1b2c3d4e5f60718');
    assert.equal(resources(existing, 'AWS::EC2::SecurityGroup').length, 1);
    assert.deepEqual(resources(existing, 'AWS::EC2::VPC'), []);
  });
  test('come with flow logs of all traffic', () => {
    assert.equal(resources(built, 'AWS::EC2::FlowLog')[0]?.Properties['TrafficType'], 'ALL');
  });
});

describe('phase 3: the outputs for the api contain', () => {
  test('the primary endpoint, which does not change in a failover, and the secret of the password', () => {
    const outputs = built.templates['lantern-cache']?.Outputs ?? {};
    assert.match(JSON.stringify(outputs['CacheEndpoint']), /PrimaryEndPoint.Address.*PrimaryEndPoint.Port/);
    assert.ok(outputs['CachePasswordSecret']);
  });
  test('the configuration endpoint in cluster mode', () => {
    const plan = { ...planOf('large chain'), clusterMode: true, shards: 2 };
    const cluster = build(fileOf(plan));
    const [sharded] = resources(cluster, 'AWS::ElastiCache::ReplicationGroup');
    assert.deepEqual(
      [sharded?.Properties['NumNodeGroups'], sharded?.Properties['ReplicasPerNodeGroup']],
      [2, 1],
    );
    const outputs = cluster.templates['lantern-cache']?.Outputs ?? {};
    assert.match(JSON.stringify(outputs['CacheEndpoint']), /ConfigurationEndPoint.Address/);
  });
});

describe('monitoring has', () => {
  test('every alarm of the definitions, each with an OK notification', () => {
    const expected = alarmDefinitions(watched(planOf('small shop')));
    const alarms = resources(stack('monitoring'), 'AWS::CloudWatch::Alarm');
    assert.deepEqual(
      alarms.map(({ Properties }) => [Properties['AlarmName'], Properties['Threshold']]).sort(),
      expected.map(({ name, threshold }) => [name, threshold]).sort(),
    );
    for (const { Properties } of alarms) {
      const definition = expected.find(({ name }) => name === String(Properties['AlarmName']));
      const topic =
        definition?.severity === 'page' ? /^\[\{"Ref":"Pages\w+"\}\]$/ : /^\[\{"Ref":"Tickets\w+"\}\]$/;
      assert.match(JSON.stringify(Properties['AlarmActions']), topic);
      assert.deepEqual(Properties['OKActions'], Properties['AlarmActions']);
    }
  });
  test('encrypted topics with email subscriptions, to which CloudWatch can publish', () => {
    const subscriptions = resources(built, 'AWS::SNS::Subscription');
    assert.deepEqual(
      subscriptions.map(({ Properties }) => Properties['Endpoint']),
      ['ops@example.com', 'ops@example.com'],
    );
    for (const topic of resources(built, 'AWS::SNS::Topic')) assert.ok(topic.Properties['KmsMasterKeyId']);
    assert.ok(named('AWS::KMS::Key', 'cloudwatch.amazonaws.com'));
  });
  test('a dashboard with one metric per graph, or two of one unit, so that each axis has one unit', () => {
    const [dashboard] = resources(built, 'AWS::CloudWatch::Dashboard');
    const { 'Fn::Join': [, parts] = ['', []] } = (dashboard?.Properties['DashboardBody'] ?? {}) as {
      'Fn::Join'?: [separator: string, parts: unknown[]];
    };
    const body = parts.map((part) => (typeof part === 'string' ? part : 'us-east-1')).join('');
    const { widgets } = JSON.parse(body) as {
      widgets: { properties: { metrics: [namespace: string, metric: string][] } }[];
    };
    const graphs = widgets.map(({ properties }) =>
      [...new Set(properties.metrics.map(([, metric]) => metric))].sort().join(),
    );
    for (const metric of [
      'CPUUtilization',
      'DatabaseMemoryUsagePercentage',
      'NetworkBytesIn',
      'CurrConnections',
    ])
      assert.ok(graphs.includes(metric), metric);
    assert.deepEqual(
      graphs.filter((metrics) => metrics.includes(',')),
      ['CacheHits,CacheMisses', 'FreeableMemory,SwapUsage'],
    );
  });
});

describe('the audit trail', () => {
  test('covers every region with log file validation, in a private bucket that is retained', () => {
    const [trail] = resources(built, 'AWS::CloudTrail::Trail');
    assert.deepEqual(
      [trail?.Properties['EnableLogFileValidation'], trail?.Properties['IsMultiRegionTrail']],
      [true, true],
    );
    const [bucket] = resources(built, 'AWS::S3::Bucket');
    assert.deepEqual(bucket?.Properties['PublicAccessBlockConfiguration'], {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    assert.equal(bucket?.DeletionPolicy, 'Retain');
  });
  test('is omitted if the account has one', () => {
    assert.deepEqual(
      resources(build(fileOf(planOf('small shop'), 'new', { audit: false })), 'AWS::CloudTrail::Trail'),
      [],
    );
  });
});

describe('beyond the guide, a plan can have', () => {
  test('a separate group for jobs with noeviction', () => {
    const plan = planOf('medium shop');
    const cache = { ...plan, clients: { ...plan.clients, jobs: false } };
    const jobsPlan = {
      ...plan,
      name: 'lantern-jobs',
      parameters: { ...plan.parameters, maxmemoryPolicy: 'noeviction' },
    };
    const both = build(fileOf(cache, 'new', { jobsPlan }));
    assert.deepEqual(both.findings, []);
    assert.equal(resources(both, 'AWS::ElastiCache::ReplicationGroup').length, 2);
    const policies = resources(both, 'AWS::ElastiCache::ParameterGroup').map(
      ({ Properties }) => (Properties['Properties'] as unknown as Record<string, string>)['maxmemory-policy'],
    );
    assert.deepEqual(policies.sort(), ['noeviction', 'volatile-lru']);
  });
  test('ElastiCache Auto Scaling of shards on supported node types', () => {
    const plan = { ...planOf('large chain'), clusterMode: true, shards: 2, autoScaling: true };
    const scaled = build(fileOf(plan));
    assert.deepEqual(scaled.findings, []);
    const [target] = resources(scaled, 'AWS::ApplicationAutoScaling::ScalableTarget');
    assert.deepEqual([target?.Properties['MinCapacity'], target?.Properties['MaxCapacity']], [2, 4]);
    assert.equal(target?.Properties['ScalableDimension'], 'elasticache:replication-group:NodeGroups');
  });
});
