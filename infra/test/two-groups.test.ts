/** A deployment with a second group for the jobs: everything that the first group has, the second one has too. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { alarmDefinitions, type Plan, watched } from '../src/elasticache.ts';
import { build, fileOf, planOf, type Resource, resources } from './deployments.ts';
import { service } from './services.ts';

const small = planOf('small shop');
const cache: Plan = {
  ...small,
  network: { ...small.network, natGateways: 2 },
  clients: { ...small.clients, jobs: false },
};
const jobs: Plan = {
  ...cache,
  name: 'lantern-jobs',
  network: { ...cache.network, port: 6380 },
  clients: { ...cache.clients, database: 3 },
  parameters: { ...cache.parameters, maxmemoryPolicy: 'noeviction' },
};
const built = build(fileOf(cache, 'new', { jobsPlan: jobs, service }));
const names = [cache.name, jobs.name];
const property = (type: string, name: string): unknown[] =>
  resources(built, type).map(({ Properties }) => Properties[name]);

describe('both groups have', () => {
  test('a password of their own, which AWS generates', () => {
    const groups = resources(built, 'AWS::ElastiCache::ReplicationGroup');
    assert.deepEqual(
      groups.map(({ Properties }) => [Properties['ReplicationGroupId'], Properties['AuthToken']]),
      names.map((name) => [name, `{{resolve:secretsmanager:${name}/redis-auth:SecretString:password}}`]),
    );
    const secrets = property('AWS::SecretsManager::Secret', 'Name');
    for (const name of names) assert.ok(secrets.includes(`${name}/redis-auth`));
  });

  test('encryption in transit', () => {
    const modes = property('AWS::ElastiCache::ReplicationGroup', 'TransitEncryptionMode');
    assert.deepEqual(modes, ['required', 'required']);
  });

  test('outputs with their endpoint and their secret', () => {
    const outputs = built.templates['lantern-cache']?.Outputs ?? {};
    for (const name of ['CacheEndpoint', 'CachePasswordSecret', 'JobsEndpoint', 'JobsPasswordSecret'])
      assert.ok(outputs[name], name);
  });

  test('a rule for their port', () => {
    const rules = resources(built, 'AWS::EC2::SecurityGroupIngress').filter(({ Properties }) =>
      JSON.stringify(Properties['GroupId']).includes('CacheSecurityGroup'),
    );
    assert.deepEqual(rules.map(({ Properties }) => [Properties['FromPort'], Properties['ToPort']]).sort(), [
      [6379, 6379],
      [6380, 6380],
    ]);
  });

  test('all their alarms, and a dashboard', () => {
    const alarms = new Set(property('AWS::CloudWatch::Alarm', 'AlarmName'));
    for (const plan of [cache, jobs])
      for (const { name } of alarmDefinitions(watched(plan))) assert.ok(alarms.has(name), name);
    assert.deepEqual(property('AWS::CloudWatch::Dashboard', 'DashboardName'), names);
  });

  test('settings of the processes with endpoint, port and database', () => {
    for (const task of resources(built, 'AWS::ECS::TaskDefinition')) {
      const [container] = task.Properties['ContainerDefinitions'] as unknown as {
        Environment: { Name: string; Value: unknown }[];
      }[];
      const setting = (name: string) =>
        JSON.stringify(container?.Environment.find(({ Name }) => Name === name)?.Value);
      assert.match(
        setting('REDIS_URL'),
        /"rediss:\/\/".*Cache.*PrimaryEndPoint.?Address.*PrimaryEndPoint.?Port/,
      );
      assert.doesNotMatch(setting('REDIS_URL'), /Jobs|\/3/);
      assert.match(setting('REDIS_JOBS_URL'), /"rediss:\/\/".*Jobs.*PrimaryEndPoint.?Port.*"\/3"/);
      assert.match(setting('REDIS_PASSWORD_SECRET'), /CachePassword/);
      assert.match(setting('REDIS_JOBS_PASSWORD_SECRET'), /JobsPassword/);
    }
  });
});

describe('the rotation of both passwords', () => {
  const functions = resources(built, 'AWS::Lambda::Function').filter(({ Properties }) =>
    String(Properties['FunctionName']).endsWith('-rotation'),
  );
  const environmentOf = ({ Properties }: Resource) =>
    (Properties['Environment'] as unknown as { Variables: Record<string, unknown> }).Variables;

  test('has a function each, for one group and its secret', () => {
    assert.deepEqual(
      functions.map((one) => environmentOf(one)['GROUP_ID']),
      names,
    );
    const secrets = functions.map((one) => JSON.stringify(environmentOf(one)['SECRET_ARN']));
    assert.match(secrets[0] ?? '', /CachePassword/);
    assert.match(secrets[1] ?? '', /JobsPassword/);
  });

  test('gives the processes longer than six reads of the secret, and a step Lambda’s maximum of time', () => {
    for (const one of functions) {
      assert.equal(environmentOf(one)['GRACE_SECONDS'], '1800');
      assert.equal(one.Properties['Timeout'], 900);
    }
  });

  test('is scheduled, and the old passwords are revoked by a check every 15 minutes', () => {
    const schedules = property('AWS::SecretsManager::RotationSchedule', 'SecretId').map((id) =>
      JSON.stringify(id),
    );
    assert.equal(schedules.length, 2);
    assert.match(schedules.join(), /CachePassword.*JobsPassword/);
    const rules = resources(built, 'AWS::Events::Rule');
    assert.deepEqual(
      rules.map(({ Properties }) => Properties['ScheduleExpression']),
      ['rate(15 minutes)', 'rate(15 minutes)'],
    );
    const targets = rules.map(({ Properties }) => JSON.stringify(Properties['Targets']));
    assert.match(targets[0] ?? '', /CacheRotation/);
    assert.match(targets[1] ?? '', /JobsRotation/);
  });

  test('can be invoked by Secrets Manager for its own secret only', () => {
    const permissions = resources(built, 'AWS::Lambda::Permission').filter(
      ({ Properties }) => String(Properties['Principal']) === 'secretsmanager.amazonaws.com',
    );
    assert.equal(permissions.length, 2);
    for (const { Properties } of permissions)
      assert.ok(Properties['SourceArn'] !== undefined && Properties['SourceAccount'] !== undefined);
  });

  test('has an alarm each', () => {
    const alarms = property('AWS::CloudWatch::Alarm', 'AlarmName');
    for (const name of names) assert.ok(alarms.includes(`${name}-rotation-failed`));
  });

  test('has permissions for both groups, each in the role of its function', () => {
    const policies = resources(built, 'AWS::IAM::Policy')
      .map(({ Properties }) => JSON.stringify(Properties))
      .filter((text) => text.includes('ModifyReplicationGroup'));
    assert.equal(policies.length, 2);
    assert.equal(policies.filter((text) => text.includes('replicationgroup:lantern-jobs"')).length, 1);
    assert.equal(policies.filter((text) => text.includes('replicationgroup:lantern"')).length, 1);
  });
});
