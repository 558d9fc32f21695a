/** The deployed password rotation. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import { build, fileOf, planOf, resources } from './deployments.ts';

const built = build(fileOf(planOf('small shop')));
const [rotationFunction] = resources(built, 'AWS::Lambda::Function');
const lambda = (rotationFunction?.Properties ?? {}) as Record<string, unknown>;

describe('the rotation function', () => {
  test('is inline in the template, contains no password, and uses the SDK of the Lambda runtime', () => {
    const code = String((lambda['Code'] as { ZipFile?: string } | undefined)?.ZipFile);
    assert.ok(code.length > 2000 && code.length < 40_000, `${code.length} characters`);
    assert.match(code, /require\("@aws-sdk\/client-elasticache"\)/);
    for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret'])
      assert.ok(code.includes(step), step);
  });

  test('runs in the subnets of the cache, with the security group of the processes', () => {
    const vpcConfig = lambda['VpcConfig'] as { SubnetIds: unknown[]; SecurityGroupIds: unknown[] };
    const [subnetGroup] = resources(built, 'AWS::ElastiCache::SubnetGroup');
    assert.equal(vpcConfig.SubnetIds.length, 2);
    assert.deepEqual(vpcConfig.SubnetIds, subnetGroup?.Properties['SubnetIds']);
    assert.match(JSON.stringify(vpcConfig.SecurityGroupIds), /ApiSecurityGroup/);
    assert.equal(resources(built, 'AWS::EC2::VPCEndpoint').length, 2);
  });

  test('has permissions for one secret and one group only', () => {
    const policies = resources(built, 'AWS::IAM::Policy').filter(({ Properties }) =>
      JSON.stringify(Properties).includes('ModifyReplicationGroup'),
    );
    const [policy, ...others] = policies;
    assert.ok(policy);
    assert.deepEqual(others, []);
    const { Statement } = policy.Properties['PolicyDocument'] as unknown as {
      Statement: { Action: string[]; Resource: unknown }[];
    };
    const resourcesOf = Statement.map(({ Action, Resource }) => [Action, JSON.stringify(Resource)]);
    assert.deepEqual(
      resourcesOf.map(([actions]) => actions),
      [
        [
          'secretsmanager:DescribeSecret',
          'secretsmanager:GetSecretValue',
          'secretsmanager:PutSecretValue',
          'secretsmanager:UpdateSecretVersionStage',
        ],
        ['kms:Decrypt', 'kms:GenerateDataKey'],
        ['elasticache:DescribeReplicationGroups', 'elasticache:ModifyReplicationGroup'],
      ],
    );
    const [secret, key, group] = resourcesOf.map(([, resource]) => String(resource));
    assert.match(secret ?? '', /^\{"Fn::ImportValue":"lantern-cache:\w*RefCachePassword\w+"\}$/);
    assert.match(key ?? '', /^\{"Fn::ImportValue":"lantern-cache:\w*GetAttKey\w+Arn\w+"\}$/);
    assert.match(group ?? '', /:elasticache:us-east-1:123456789012:replicationgroup:lantern"\]\]\}$/);
  });

  test('never runs concurrently', () => assert.equal(lambda['ReservedConcurrentExecutions'], 1));
});

test('the password is rotated every 90 days, and not by a deployment', () => {
  const [schedule] = resources(built, 'AWS::SecretsManager::RotationSchedule');
  assert.deepEqual(schedule?.Properties['RotationRules'], { AutomaticallyAfterDays: 90 });
  assert.equal(schedule?.Properties['RotateImmediatelyOnUpdate'], false);
});

test('a separate schedule revokes the old password later', () => {
  const [rule] = resources(built, 'AWS::Events::Rule');
  assert.match(JSON.stringify(rule?.Properties), /\{\\"revokeOldPassword\\":true\}/);
  assert.equal(rule?.Properties['ScheduleExpression'], 'rate(15 minutes)');
  const { Variables } = lambda['Environment'] as { Variables: Record<string, unknown> };
  // Processes read a secret again every 300 s.
  assert.equal(Variables['GRACE_SECONDS'], '1800');
});

test('a failed step sends a page', () => {
  const alarm = resources(built, 'AWS::CloudWatch::Alarm').find(({ Properties }) =>
    String(Properties['AlarmName']).endsWith('-rotation-failed'),
  );
  assert.equal(alarm?.Properties['MetricName'], 'Errors');
  assert.match(JSON.stringify(alarm?.Properties['AlarmActions']), /Pages/);
});

test('an existing network gets no endpoints', () => {
  const other = build(fileOf(planOf('small shop'), 'existing'));
  assert.deepEqual(resources(other, 'AWS::EC2::VPCEndpoint'), []);
});

test('the validators report no findings', () => {
  assert.deepEqual(built.findings, []);
  assert.deepEqual(build(fileOf(planOf('small shop'), 'existing')).findings, []);
});

test('the code in the template runs, and rejects events that are not from Secrets Manager', async () => {
  const { ZipFile: code } = lambda['Code'] as { ZipFile: string };
  const load = createRequire(import.meta.url);
  const bundle = { exports: {} as { handler?: (event: unknown) => Promise<void> } };
  const env = { SECRET_ARN: 'arn:of-ours', GROUP_ID: 'lantern', GRACE_SECONDS: '1800' };
  const lines: string[] = [];
  const stdout = { write: (line: string) => lines.push(line) };
  new Function('require', 'module', 'exports', 'process', code)(load, bundle, bundle.exports, {
    env,
    stdout,
  });
  const { handler } = bundle.exports;
  assert.ok(handler);
  await assert.rejects(handler({}), /has no rotation step/);
  await assert.rejects(
    handler({ Step: 'setSecret', SecretId: 'arn:of-others', ClientRequestToken: 'x'.repeat(32) }),
    /a secret that this function does not rotate/,
  );
  assert.match(lines.join(''), /"outcome":"failed"/);
});
