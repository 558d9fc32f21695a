import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readDeployment } from '../src/deployment/read-deployment.ts';
import { build, fileOf, resources } from './deployments.ts';
import { existing, plan, service, small } from './services.ts';

const database = { instanceType: 't4g.medium', storageGiB: 20 };
const { databaseSecretArn: _, ...serviceWithout } = service;

describe('a database of the deployment', () => {
  const built = build(fileOf(plan, 'new', { database, service: serviceWithout }));
  const [instance] = resources(built, 'AWS::RDS::DBInstance');
  const properties = instance?.Properties ?? {};

  test('is synthesized for a new and an existing network without lookups and findings', () => {
    const { databaseSecretArn: __, ...existingService } = existing.service;
    const file = fileOf(small, 'existing', { ...existing, service: existingService, database });
    for (const one of [built, build(file)]) {
      assert.deepEqual(one.findings, []);
      assert.equal(one.assembly.manifest.missing, undefined);
      assert.doesNotMatch(`${one.manifest}${one.text}`, /dummy/);
      assert.equal(resources(one, 'AWS::RDS::DBInstance').length, 1);
    }
  });

  test('is Multi-AZ and encrypted, with a week of backups and deletion protection', () => {
    assert.deepEqual(
      [
        'MultiAZ',
        'StorageEncrypted',
        'DeletionProtection',
        'PubliclyAccessible',
        'BackupRetentionPeriod',
      ].map((name) => properties[name]),
      [true, true, true, false, 7],
    );
    assert.deepEqual([instance?.DeletionPolicy, instance?.UpdateReplacePolicy], ['Snapshot', 'Snapshot']);
    const [parameters] = resources(built, 'AWS::RDS::DBParameterGroup');
    assert.deepEqual(parameters?.Properties['Parameters'], { 'rds.force_ssl': '1' });
  });

  test('accepts connections only from the processes, and no template contains its password', () => {
    const rules = resources(built, 'AWS::EC2::SecurityGroupIngress').filter(
      ({ Properties }) => JSON.stringify(Properties['FromPort']) === '5432',
    );
    assert.equal(rules.length, 1);
    const [group] = resources(built, 'AWS::EC2::SecurityGroup').filter(({ Properties }) =>
      String(Properties['GroupDescription']).startsWith('PostgreSQL'),
    );
    assert.ok(group);
    assert.equal(group.Properties['SecurityGroupIngress'], undefined);
    assert.match(JSON.stringify(rules[0]?.Properties['SourceSecurityGroupId']), /ApiSecurityGroup/);
    assert.match(JSON.stringify(properties['MasterUserPassword']), /resolve:secretsmanager/);
  });

  test('is configured by a URL without a password, which comes from the secret', () => {
    for (const task of resources(built, 'AWS::ECS::TaskDefinition')) {
      const [container] = task.Properties['ContainerDefinitions'] as unknown as {
        Environment: { Name: string; Value: unknown }[];
        Secrets: { Name: string; ValueFrom: unknown }[];
      }[];
      const setting = (name: string) =>
        JSON.stringify(container?.Environment.find(({ Name }) => Name === name)?.Value);
      assert.match(setting('DATABASE_URL'), /postgres:\/\/bookedbarber@/);
      assert.equal(setting('DATABASE_CA'), '"amazon-rds"');
      const password = container?.Secrets.find(({ Name }) => Name === 'DATABASE_PASSWORD');
      assert.match(JSON.stringify(password?.ValueFrom), /:password::/);
    }
  });
});

describe('readDeployment rejects a database and names the field', () => {
  const errors = (file: unknown): string[] =>
    readDeployment(file).errors.map(({ code, path }) => `${code} ${path}`);
  const invalid: [title: string, more: object, expected: string][] = [
    [
      'if its instance type is invalid',
      { database: { ...database, instanceType: 'db.large' } },
      'field_malformed database.instanceType',
    ],
    [
      'if its storage is too small',
      { database: { ...database, storageGiB: 5 } },
      'field_malformed database.storageGiB',
    ],
    ['if the service has another one', { database, service }, 'field_unknown service.databaseSecretArn'],
    ['if the service has none', { service: serviceWithout }, 'field_malformed service.databaseSecretArn'],
  ];
  for (const [title, more, expected] of invalid)
    test(title, () => {
      assert.deepEqual(errors(fileOf(plan, 'new', more)), [expected]);
    });
});
