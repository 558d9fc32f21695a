/** The rotation of the password as it is deployed. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import { build, fileOf, planOf, resources } from './deployments.ts';

const built = build(fileOf(planOf('small shop')));
const [only] = resources(built, 'AWS::Lambda::Function');
const lambda = (only?.Properties ?? {}) as Record<string, unknown>;

describe('the function', () => {
  test('is in the template as a whole, holds no password, and leaves the SDK to Lambda', () => {
    const code = String((lambda['Code'] as { ZipFile?: string } | undefined)?.ZipFile);
    assert.ok(code.length > 2000 && code.length < 40_000, `${code.length} characters`);
    assert.match(code, /require\("@aws-sdk\/client-elasticache"\)/);
    for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret'])
      assert.ok(code.includes(step), step);
  });

  test('runs in the VPC, in the subnets of the cache, as one of the processes', () => {
    const place = lambda['VpcConfig'] as { SubnetIds: unknown[]; SecurityGroupIds: unknown[] };
    assert.equal(place.SubnetIds.length, 2);
    assert.match(JSON.stringify(place.SecurityGroupIds), /ApiSecurityGroup/);
    assert.equal(resources(built, 'AWS::EC2::VPCEndpoint').length, 2);
  });

  test('may change one secret and one group, and nothing else', () => {
    const policies = resources(built, 'AWS::IAM::Policy').filter(({ Properties }) =>
      JSON.stringify(Properties).includes('ModifyReplicationGroup'),
    );
    assert.equal(policies.length, 1);
    const text = JSON.stringify(policies[0]?.Properties);
    assert.doesNotMatch(text, /"Resource":"\*"|"Action":"[a-z]+:\*"/);
    assert.match(text, /replicationgroup:lantern/);
  });

  test('is never run twice at a time', () => assert.equal(lambda['ReservedConcurrentExecutions'], 1));
});

test('it is called every quarter, and not by a deployment', () => {
  const [schedule] = resources(built, 'AWS::SecretsManager::RotationSchedule');
  assert.deepEqual(schedule?.Properties['RotationRules'], { AutomaticallyAfterDays: 90 });
  assert.equal(schedule?.Properties['RotateImmediatelyOnUpdate'], false);
});

test('an old password is taken away later, by a schedule of its own', () => {
  const [rule] = resources(built, 'AWS::Events::Rule');
  assert.match(JSON.stringify(rule?.Properties), /\{\\"revokeOldPassword\\":true\}/);
});

test('somebody is woken when a step fails', () => {
  const alarm = resources(built, 'AWS::CloudWatch::Alarm').find(({ Properties }) =>
    String(Properties['AlarmName']).endsWith('-rotation-failed'),
  );
  assert.equal(alarm?.Properties['MetricName'], 'Errors');
  assert.match(JSON.stringify(alarm?.Properties['AlarmActions']), /Pages/);
});

test('a network that is there is left as it is', () => {
  const other = build(fileOf(planOf('small shop'), 'existing'));
  assert.deepEqual(resources(other, 'AWS::EC2::VPCEndpoint'), []);
});

test('nothing about it is found to be wrong', () => {
  assert.deepEqual(built.findings, []);
  assert.deepEqual(build(fileOf(planOf('small shop'), 'existing')).findings, []);
});

test('the code in the template runs, and refuses who is not Secrets Manager', async () => {
  const { ZipFile: code } = lambda['Code'] as { ZipFile: string };
  const load = createRequire(import.meta.url);
  const made = { exports: {} as { handler?: (event: unknown) => Promise<void> } };
  const env = { SECRET_ARN: 'arn:of-ours', GROUP_ID: 'lantern', GRACE_SECONDS: '1800' };
  const lines: string[] = [];
  const stdout = { write: (line: string) => lines.push(line) };
  new Function('require', 'module', 'exports', 'process', code)(load, made, made.exports, { env, stdout });
  const { handler } = made.exports;
  assert.ok(handler);
  await assert.rejects(handler({}), /names no step of a rotation/);
  await assert.rejects(
    handler({ Step: 'setSecret', SecretId: 'arn:of-others', ClientRequestToken: 'x'.repeat(32) }),
    /another secret/,
  );
  assert.match(lines.join(''), /"outcome":"failed"/);
});
