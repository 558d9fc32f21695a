import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { build, fileOf, resources } from './deployments.ts';
import { existing, plan, service, small, twoGroups } from './services.ts';

describe('the service', () => {
  const built = build(fileOf(plan, 'new', { service }));
  const tasks = resources(built, 'AWS::ECS::TaskDefinition');
  const containers = tasks.map(
    ({ Properties }) => (Properties['ContainerDefinitions'] as unknown as Record<string, unknown>[])[0] ?? {},
  );

  test('is synthesized for a new and an existing network without lookups and findings', () => {
    for (const one of [built, build(fileOf(small, 'existing', existing))]) {
      assert.deepEqual(one.findings, []);
      assert.equal(one.assembly.manifest.missing, undefined);
      assert.doesNotMatch(`${one.manifest}${one.text}`, /dummy/);
      assert.equal(resources(one, 'AWS::ECS::Service').length, 2);
    }
  });

  test('runs the api and the worker from one image, with a read-only file system and 30 s to stop', () => {
    assert.deepEqual(
      containers.map(({ Command }) => Command ?? 'api'),
      ['api', ['node', 'apps/server/dist/main/worker.js']],
    );
    for (const container of containers) {
      assert.equal(container['ReadonlyRootFilesystem'], true);
      assert.equal(container['StopTimeout'], 30);
    }
    const check = containers[0]?.['HealthCheck'] as Record<string, unknown> | undefined;
    assert.match(JSON.stringify(check?.['Command']), /healthz/);
    // The migrations run first.
    assert.equal(check?.['StartPeriod'], 300);
  });

  test('gets secrets by reference, and reads the Redis password itself', () => {
    for (const container of containers) {
      const secrets = (container['Secrets'] as { Name: string }[]).map(({ Name }) => Name).sort();
      assert.deepEqual(secrets, ['BOOKING_LINK_SECRET', 'DATABASE_URL', 'OPERATOR_TOKEN', 'SMTP_URL']);
      const environment = (container['Environment'] as { Name: string }[]).map(({ Name }) => Name);
      assert.ok(environment.includes('REDIS_PASSWORD_SECRET'));
      assert.ok(!environment.includes('REDIS_PASSWORD'));
    }
  });

  test('can only read the Redis password', () => {
    const policies = resources(built, 'AWS::IAM::Policy').filter(({ Properties }) =>
      JSON.stringify(Properties['Roles']).includes('TaskRole'),
    );
    assert.equal(policies.length, 2);
    for (const { Properties } of policies) {
      const { Statement } = Properties['PolicyDocument'] as unknown as {
        Statement: { Action: string; Resource: unknown }[];
      };
      assert.deepEqual(
        Statement.map(({ Action }) => Action),
        ['secretsmanager:GetSecretValue', 'kms:Decrypt'],
      );
      const [secret, key] = Statement.map(({ Resource }) => JSON.stringify(Resource));
      assert.match(secret ?? '', /^\{"Fn::ImportValue":"lantern-cache:\w*RefCachePassword\w+"\}$/);
      assert.match(key ?? '', /^\{"Fn::ImportValue":"lantern-cache:\w*GetAttKey\w+Arn\w+"\}$/);
    }
  });

  test('accepts only TLS, sends requests to ready tasks, and rolls back unhealthy deployments', () => {
    const listeners = resources(built, 'AWS::ElasticLoadBalancingV2::Listener').map(
      ({ Properties }) => Properties,
    );
    assert.deepEqual(listeners.map(({ Protocol }) => String(Protocol)).sort(), ['HTTP', 'HTTPS']);
    const http = listeners.find(({ Protocol }) => String(Protocol) === 'HTTP');
    assert.match(JSON.stringify(http?.['DefaultActions']), /redirect/);
    const [group] = resources(built, 'AWS::ElasticLoadBalancingV2::TargetGroup');
    assert.equal(group?.Properties['HealthCheckPath'], '/readyz');
    // ECS replaces tasks that fail the check, and a database failover takes two minutes.
    const { HealthCheckIntervalSeconds, UnhealthyThresholdCount } = group?.Properties ?? {};
    assert.ok(Number(HealthCheckIntervalSeconds) * Number(UnhealthyThresholdCount) > 120);
    for (const { Properties } of resources(built, 'AWS::ECS::Service')) {
      const { DeploymentCircuitBreaker } = Properties['DeploymentConfiguration'] as unknown as Record<
        string,
        unknown
      >;
      assert.deepEqual(DeploymentCircuitBreaker, { Enable: true, Rollback: true });
    }
  });

  test('scales between the planned api processes and twice as many, and a deployment does not reset the number', () => {
    const [target] = resources(built, 'AWS::ApplicationAutoScaling::ScalableTarget');
    assert.deepEqual(
      [target?.Properties['MinCapacity'], target?.Properties['MaxCapacity']],
      [plan.clients.apiProcesses, 2 * plan.clients.apiProcesses],
    );
    const counts = resources(built, 'AWS::ECS::Service').map(({ Properties }) => [
      Properties['ServiceName'],
      Properties['DesiredCount'],
    ]);
    assert.deepEqual(counts.sort(), [
      ['api', undefined],
      ['worker', plan.clients.workerProcesses],
    ]);
  });
});

describe('the service with two groups in cluster mode, one of them with IAM authentication', () => {
  const { plan: cachePlan, ...more } = twoGroups;
  const built = build(fileOf(cachePlan, 'new', more));

  test('is synthesized without lookups and findings', () => {
    assert.deepEqual(built.findings, []);
    assert.equal(built.assembly.manifest.missing, undefined);
  });

  test('has the connection settings of both groups', () => {
    for (const task of resources(built, 'AWS::ECS::TaskDefinition')) {
      const [container] = task.Properties['ContainerDefinitions'] as unknown as {
        Environment: { Name: string; Value: unknown }[];
      }[];
      const redisSettings = (container?.Environment ?? []).filter(({ Name }) => Name.startsWith('REDIS_'));
      assert.deepEqual(redisSettings.map(({ Name }) => Name).sort(), [
        'REDIS_CLUSTER',
        'REDIS_IAM_CACHE',
        'REDIS_IAM_USER',
        'REDIS_JOBS_PASSWORD_SECRET',
        'REDIS_JOBS_URL',
        'REDIS_MAX_CONNECTIONS',
        'REDIS_URL',
      ]);
    }
  });

  test('can connect as its user to one group, and read the password of the other', () => {
    const [policy] = resources(built, 'AWS::IAM::Policy').filter(({ Properties }) =>
      JSON.stringify(Properties['Roles']).includes('apiTaskTaskRole'),
    );
    const { Statement } = (policy?.Properties['PolicyDocument'] ?? {}) as unknown as {
      Statement: { Action: string; Resource: unknown }[];
    };
    assert.deepEqual(Statement.map(({ Action }) => Action).sort(), [
      'elasticache:Connect',
      'kms:Decrypt',
      'secretsmanager:GetSecretValue',
    ]);
    const connect = JSON.stringify(
      Statement.find(({ Action }) => Action === 'elasticache:Connect')?.Resource,
    );
    assert.match(connect, /:elasticache:us-east-1:123456789012:replicationgroup:lantern"/);
    assert.match(connect, /:elasticache:us-east-1:123456789012:user:lantern-app"/);
    assert.doesNotMatch(connect, /lantern-jobs/);
  });
});
