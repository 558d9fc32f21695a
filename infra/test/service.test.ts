import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readDeployment } from '../src/deployment/read-deployment.ts';
import { build, fileOf, networks, planOf, resources } from './deployments.ts';

const secret = (name: string): string =>
  `arn:aws:secretsmanager:us-east-1:123456789012:secret:${name}-a1b2c3`;
const service = {
  image: `123456789012.dkr.ecr.us-east-1.amazonaws.com/bookedbarber@sha256:${'0a'.repeat(32)}`,
  publicUrl: 'https://booking.example.com',
  certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0000-0000-0000-000000000000',
  databaseSecretArn: secret('database'),
  smtpSecretArn: secret('smtp'),
  mailFrom: 'Lantern Street <hello@example.com>',
};
const small = planOf('small shop');
const plan = { ...small, network: { ...small.network, natGateways: 2 } };
const existing = {
  service: {
    ...service,
    publicSubnetIds: ['subnet-0000000a', 'subnet-0000000b'],
    processSubnetIds: ['subnet-0000000c', 'subnet-0000000d'],
  },
  network: { ...(networks.existing as object), vpcCidr: '10.0.0.0/16' },
};

describe('the service', () => {
  const built = build(fileOf(plan, 'new', { service }));
  const tasks = resources(built, 'AWS::ECS::TaskDefinition');
  const containers = tasks.map(
    ({ Properties }) => (Properties['ContainerDefinitions'] as unknown as Record<string, unknown>[])[0] ?? {},
  );

  test('is made in a new and in an existing network: nothing is looked up, nothing is found', () => {
    for (const one of [built, build(fileOf(small, 'existing', existing))]) {
      assert.deepEqual(one.findings, []);
      assert.equal(one.assembly.manifest.missing, undefined);
      assert.doesNotMatch(`${one.manifest}${one.text}`, /dummy/);
      assert.equal(resources(one, 'AWS::ECS::Service').length, 2);
    }
  });

  test('runs the api and the worker of one image, which write nothing and end within half a minute', () => {
    assert.deepEqual(
      containers.map(({ Command }) => Command ?? 'api'),
      ['api', ['node', 'apps/server/dist/worker.js']],
    );
    for (const container of containers) {
      assert.equal(container['ReadonlyRootFilesystem'], true);
      assert.equal(container['StopTimeout'], 30);
    }
    assert.match(JSON.stringify(containers[0]?.['HealthCheck']), /healthz/);
  });

  test('gets secrets by name, the password of Redis among those that it reads itself', () => {
    for (const container of containers) {
      const secrets = (container['Secrets'] as { Name: string }[]).map(({ Name }) => Name).sort();
      assert.deepEqual(secrets, ['BOOKING_LINK_SECRET', 'DATABASE_URL', 'OPERATOR_TOKEN', 'SMTP_URL']);
      const environment = (container['Environment'] as { Name: string }[]).map(({ Name }) => Name);
      assert.ok(environment.includes('REDIS_PASSWORD_SECRET'));
      assert.ok(!environment.includes('REDIS_PASSWORD'));
    }
  });

  test('has no right but to read the password of Redis', () => {
    const policies = resources(built, 'AWS::IAM::Policy').filter(({ Properties }) =>
      JSON.stringify(Properties['Roles']).includes('TaskRole'),
    );
    const actions = policies.flatMap(({ Properties }) =>
      (
        Properties['PolicyDocument'] as unknown as { Statement: { Action: string | string[] }[] }
      ).Statement.flatMap(({ Action }) => Action),
    );
    assert.deepEqual([...new Set(actions)].sort(), ['kms:Decrypt', 'secretsmanager:GetSecretValue']);
  });

  test('is reached by TLS alone, asks /readyz before it sends requests, and goes back from what is not healthy', () => {
    const listeners = resources(built, 'AWS::ElasticLoadBalancingV2::Listener').map(
      ({ Properties }) => Properties,
    );
    assert.deepEqual(listeners.map(({ Protocol }) => String(Protocol)).sort(), ['HTTP', 'HTTPS']);
    const http = listeners.find(({ Protocol }) => String(Protocol) === 'HTTP');
    assert.match(JSON.stringify(http?.['DefaultActions']), /redirect/);
    const [group] = resources(built, 'AWS::ElasticLoadBalancingV2::TargetGroup');
    assert.equal(group?.Properties['HealthCheckPath'], '/readyz');
    for (const { Properties } of resources(built, 'AWS::ECS::Service')) {
      const { DeploymentCircuitBreaker } = Properties['DeploymentConfiguration'] as unknown as Record<
        string,
        unknown
      >;
      assert.deepEqual(DeploymentCircuitBreaker, { Enable: true, Rollback: true });
    }
  });

  test('has as many processes of the api as the plan, and up to twice as many', () => {
    const [target] = resources(built, 'AWS::ApplicationAutoScaling::ScalableTarget');
    assert.deepEqual(
      [target?.Properties['MinCapacity'], target?.Properties['MaxCapacity']],
      [plan.clients.apiProcesses, 2 * plan.clients.apiProcesses],
    );
  });

  test('is refused where nothing leads out, and where its load balancer would not be believed', () => {
    const codes = (file: unknown): string[] => readDeployment(file).errors.map(({ code }) => code);
    assert.deepEqual(codes(fileOf(small, 'new', { service })), ['service_without_way_out']);
    const { network: _, ...unsaid } = existing;
    assert.deepEqual(codes(fileOf(small, 'existing', unsaid)), ['service_proxies_unknown']);
    assert.deepEqual(codes(fileOf(plan, 'new', { service: { ...service, image: 'latest' } })), [
      'field_malformed',
    ]);
  });
});
