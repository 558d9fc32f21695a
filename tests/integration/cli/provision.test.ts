import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completeFigures, makePlan } from '@bookedbarber/elasticache';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CommandContext } from '../../../apps/cli/src/shared/io.ts';
import { type FakeCloudFormation, startCloudFormation } from '../../support/aws/cloud-formation.ts';
import { stubAwsEnvironment } from '../../support/aws/environment.ts';
import { runCommand } from '../../support/bookedbarber.ts';

const account = '123456789012';
const token = '{{resolve:secretsmanager:bookedbarber/redis-auth:SecretString:password}}';
const plan = makePlan(completeFigures({ barbers: 8, users: 1500 }));

type Properties = Record<string, unknown>;

const secretWith = (changes: Properties = {}): Properties => ({
  Name: 'bookedbarber/redis-auth',
  GenerateSecretString: { GenerateStringKey: 'password', PasswordLength: 64 },
  ...changes,
});

/** The template of a cache as infra/ creates it, with changes. */
const cacheWith = (changes: Properties = {}, subnetGroup: Properties = {}) => ({
  Resources: {
    Key: { Type: 'AWS::KMS::Key', Properties: { EnableKeyRotation: true } },
    Secret: { Type: 'AWS::SecretsManager::Secret', Properties: secretWith() },
    Subnets: {
      Type: 'AWS::ElastiCache::SubnetGroup',
      Properties: {
        CacheSubnetGroupName: 'bookedbarber',
        SubnetIds: ['subnet-1', 'subnet-2'],
        ...subnetGroup,
      },
    },
    Group: {
      Type: 'AWS::ElastiCache::ReplicationGroup',
      Properties: {
        ReplicationGroupId: 'bookedbarber',
        CacheNodeType: 'cache.t4g.small',
        CacheSubnetGroupName: { Ref: 'Subnets' },
        Port: 6379,
        AtRestEncryptionEnabled: true,
        AuthToken: token,
        KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] },
        ...changes,
      },
    },
  },
});
const network = { Resources: { Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } } } };

let aws: FakeCloudFormation;
let folder: string;
beforeEach(async () => {
  aws = await startCloudFormation();
  folder = mkdtempSync(join(tmpdir(), 'bookedbarber-provision-'));
  writeFileSync(join(folder, 'deployment.json'), JSON.stringify({ deployment: 1, plan, account }));
  stubAwsEnvironment({ AWS_ENDPOINT_URL: aws.url });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Writes a synthesized deployment. The cache depends on the network but comes first in the manifest. */
function synthesized(cache: object, place = `aws://${account}/us-east-1`): void {
  const stack = (templateFile: string, dependencies: string[]) => ({
    type: 'aws:cloudformation:stack',
    environment: place,
    properties: { templateFile },
    dependencies,
  });
  const manifest = {
    artifacts: {
      'bookedbarber-cache': stack('cache.json', ['bookedbarber-network']),
      'bookedbarber-network': stack('network.json', []),
    },
  };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'cache.json'), JSON.stringify(cache));
  writeFileSync(join(folder, 'network.json'), JSON.stringify(network));
}

function deployedBefore(): void {
  aws.deployed('bookedbarber-network', network);
  aws.deployed('bookedbarber-cache', cacheWith());
}

const provision = (args: string[] = [], changes: Partial<CommandContext> = {}) =>
  runCommand(['provision', 'deployment.json', '--assembly', '.', ...args], {
    workingFolder: folder,
    ask: undefined,
    wait: async () => {},
    ...changes,
  });

test('a first deployment shows all resources as new with their cost, and deploys dependencies first', async () => {
  synthesized(cacheWith());
  const { code, stdout, stderr } = await provision(['--yes']);
  expect([code, stderr.includes('error')]).toEqual([0, false]);
  expect(stdout).toContain('bookedbarber-cache is new: 4 resources');
  expect(stdout).toContain('+ Group (AWS::ElastiCache::ReplicationGroup)');
  expect(stdout).toMatch(
    /^Monthly cost\n {2}bookedbarber: cache\.t4g\.small, backups +\$\d+\.\d\d\n {2}1 key +\$1\.00\n {2}1 secret +\$0\.40\n {2}total +\$\d+\.\d\d$/m,
  );
  expect(stdout).toContain('Deployed: bookedbarber-network, bookedbarber-cache.');
  expect(stderr).toContain('bookedbarber-cache  CREATE_COMPLETE  Group');
  expect(aws.stacks.get('bookedbarber-cache')?.status).toBe('CREATE_COMPLETE');
});

describe('a parameter group that the plan names', () => {
  const named = (group: string) => {
    const parameters = { ...plan.parameters, group };
    const deployment = { deployment: 1, plan: { ...plan, parameters }, account };
    writeFileSync(join(folder, 'deployment.json'), JSON.stringify(deployment));
    synthesized(cacheWith({ CacheParameterGroupName: group }));
  };
  const asPlanned = {
    'maxmemory-policy': 'volatile-lru',
    'reserved-memory-percent': '25',
    'close-on-replica-write': 'yes',
  };

  test('is used if it has the parameters of the plan', async () => {
    named('own');
    for (const [name, value] of Object.entries(asPlanned)) aws.parameters.set(name, value);
    expect((await provision(['--yes'])).code).toBe(0);
    expect(aws.actions).toContain('DescribeCacheParameters');
  });

  test.each([
    ['close-on-replica-write', 'no', 'yes'],
    ['maxmemory-policy', 'allkeys-lru', 'volatile-lru'],
  ])('is rejected if its %s is %s, before anything is compared', async (name, value, expected) => {
    named('own');
    for (const parameter of Object.entries({ ...asPlanned, [name]: value })) aws.parameters.set(...parameter);
    const { code, stderr } = await provision(['--dry-run']);
    expect(code).toBe(1);
    expect(stderr).toContain(`${name} is ${value}, but must be ${expected}`);
    expect(aws.actions).not.toContain('CreateChangeSet');
  });

  test('that cannot be read is reported with the missing permission', async () => {
    named('own');
    aws.refuses.set('DescribeCacheParameters', { code: 'AccessDenied', message: 'not authorized' });
    const { code, stderr } = await provision(['--yes']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('elasticache:DescribeCacheParameters')]);
  });

  test('is not read if the deployment creates it', async () => {
    synthesized(cacheWith());
    await provision(['--yes']);
    expect(aws.actions).not.toContain('DescribeCacheParameters');
  });
});

test.each<[string, Properties]>([
  ['CacheSubnetGroupName', { CacheSubnetGroupName: 'another' }],
  ['Port', { Port: 6380 }],
  [
    'AuthToken',
    { AuthToken: '{{resolve:secretsmanager:bookedbarber/redis-auth:SecretString:password::v2}}' },
  ],
  ['AtRestEncryptionEnabled', { AtRestEncryptionEnabled: false }],
])(
  'a changed %s is rejected as a replacement, even if CloudFormation reports no replacement',
  async (property, change) => {
    deployedBefore();
    synthesized(cacheWith(change));
    const { code, stdout, stderr } = await provision(['--yes']);
    expect(code).toBe(1);
    expect(stderr).toContain(`Group: the cache would be replaced by an empty one, because of ${property}`);
    expect(stderr).toContain('--replace Group');
    expect(stdout).toContain('Destructive changes');
    expect(stdout + stderr).not.toContain('{{resolve');
    expect(aws.actions).not.toContain('ExecuteChangeSet');
    expect(aws.changeSets.size).toBe(0);
  },
);

test.each<[string, Properties]>([
  ['GenerateSecretString', { GenerateSecretString: { GenerateStringKey: 'password', PasswordLength: 32 } }],
  ['SecretString', { SecretString: 'a-planted-secret' }],
])(
  'a changed %s is rejected because the password of the cache would not change with the secret',
  async (property, change) => {
    deployedBefore();
    const cache = cacheWith();
    synthesized({
      Resources: {
        ...cache.Resources,
        Secret: { Type: 'AWS::SecretsManager::Secret', Properties: secretWith(change) },
      },
    });
    const { code, stdout, stderr } = await provision(['--yes']);
    expect(code).toBe(1);
    expect(stderr).toContain(`Secret: the secret would get another value, because of ${property}`);
    expect(stderr).toContain('bookedbarber rotate');
    expect(stderr).toContain('--replace Secret');
    expect(stdout).toContain('Destructive changes');
    expect(stdout + stderr).not.toContain('a-planted-secret');
    expect(aws.actions).not.toContain('ExecuteChangeSet');
  },
);

test.each<[string, Properties]>([
  ['ReplicasPerNodeGroup', { ReplicasPerNodeGroup: 2 }],
  ['NumNodeGroups', { NumNodeGroups: 2 }],
  ['SnapshotName', { SnapshotName: 'a-backup' }],
  ['Engine', { Engine: 'redis' }],
  ['KmsKeyId', { KmsKeyId: 'another' }],
])('a changed %s is also rejected', async (property, change) => {
  deployedBefore();
  synthesized(cacheWith(change));
  const { code, stderr } = await provision(['--yes']);
  expect([code, stderr]).toEqual([1, expect.stringContaining(`because of ${property}`)]);
});

test('online resharding is not a loss, even if CloudFormation reports a conditional replacement', async () => {
  const resharded = (changes: Properties) => {
    const { Resources } = cacheWith(changes);
    return {
      Resources: { ...Resources, Group: { ...Resources.Group, UpdatePolicy: { UseOnlineResharding: true } } },
    };
  };
  aws.deployed('bookedbarber-network', network);
  aws.deployed('bookedbarber-cache', resharded({ ClusterMode: 'enabled', NumNodeGroups: 1 }));
  synthesized(resharded({ ClusterMode: 'enabled', NumNodeGroups: 2 }));
  const type = 'AWS::ElastiCache::ReplicationGroup';
  const setReportedChanges = (properties: string[]) =>
    aws.says.set('bookedbarber-cache', [
      { action: 'Modify', id: 'Group', type, replacement: 'Conditional', properties },
    ]);
  setReportedChanges(['NumNodeGroups', 'CacheNodeType']);
  expect((await provision(['--yes'])).stderr).toContain('because of NumNodeGroups, CacheNodeType');
  setReportedChanges(['NumNodeGroups']);
  const { code, stdout } = await provision(['--yes']);
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining('~ Group (AWS::ElastiCache::ReplicationGroup): NumNodeGroups'),
  ]);
});

describe('cluster mode', () => {
  const from = (mode: string): void => {
    aws.deployed('bookedbarber-network', network);
    aws.deployed('bookedbarber-cache', cacheWith({ ClusterMode: mode }));
  };

  test.each<[string, string, Properties, string]>([
    ['skipping compatible', 'disabled', { ClusterMode: 'enabled' }, 'from disabled to compatible first'],
    ['back from enabled', 'enabled', { ClusterMode: 'disabled' }, 'cannot change back from enabled'],
    ['back from compatible', 'compatible', { ClusterMode: 'disabled' }, 'cannot change back from compatible'],
    [
      'together with the node type',
      'disabled',
      { ClusterMode: 'compatible', CacheNodeType: 'cache.r6g.large' },
      'nothing else may change: CacheNodeType',
    ],
    [
      'unchanged at compatible, with another node type',
      'compatible',
      { ClusterMode: 'compatible', CacheNodeType: 'cache.r6g.large' },
      'nothing else may change: CacheNodeType',
    ],
  ])('a change %s is rejected before deployment', async (_name, before, after, reason) => {
    from(before);
    synthesized(cacheWith(after));
    const { code, stderr } = await provision(['--yes']);
    expect([code, stderr]).toEqual([1, expect.stringContaining(reason)]);
    expect(stderr).toContain('bookedbarber scale --cluster-mode');
    expect(aws.actions).not.toContain('ExecuteChangeSet');
  });

  test('a change by one step is deployed together with its parameter group', async () => {
    from('disabled');
    synthesized(cacheWith({ ClusterMode: 'compatible', CacheParameterGroupName: 'with-cluster' }));
    expect((await provision(['--yes'])).code).toBe(0);
    synthesized(cacheWith({ ClusterMode: 'enabled', CacheParameterGroupName: 'with-cluster' }));
    expect((await provision(['--yes'])).code).toBe(0);
  });
});

test('replacing a subnet group counts as replacing the cache, although the reference to it is unchanged', async () => {
  deployedBefore();
  synthesized(cacheWith({}, { CacheSubnetGroupName: 'another' }));
  const { code, stderr } = await provision(['--yes']);
  expect(code).toBe(1);
  expect(stderr).toContain(
    'Group: the cache would be replaced by an empty one, because of CacheSubnetGroupName',
  );
});

test.each(['True', 'Conditional'])(
  'a replacement that only CloudFormation reports (%s) is rejected with its property',
  async (replacement) => {
    deployedBefore();
    synthesized(cacheWith({ CacheNodeType: 'cache.t4g.medium' }));
    const type = 'AWS::ElastiCache::ReplicationGroup';
    aws.says.set('bookedbarber-cache', [
      { action: 'Modify', id: 'Group', type, replacement, properties: ['CacheNodeType'] },
    ]);
    const { code, stderr } = await provision(['--yes']);
    expect(code).toBe(1);
    expect(stderr).toContain('because of CacheNodeType');
  },
);

test('a replacement on the last page of a change set is rejected, before and at the deployment', async () => {
  deployedBefore();
  const changed = cacheWith({ CacheNodeType: 'cache.t4g.medium' }, { Description: 'changed' });
  synthesized(changed);
  const modify = (id: string, type: string, replacement: string, property: string) => ({
    action: 'Modify',
    id,
    type: `AWS::${type}`,
    replacement,
    properties: [property],
  });
  const key = modify('Key', 'KMS::Key', 'False', 'Description');
  const subnets = modify('Subnets', 'ElastiCache::SubnetGroup', 'False', 'Description');
  const harmless = modify('Group', 'ElastiCache::ReplicationGroup', 'False', 'CacheNodeType');
  const replacing = modify('Group', 'ElastiCache::ReplicationGroup', 'True', 'CacheNodeType');
  aws.says.set('bookedbarber-cache', [key, subnets, replacing]);
  const { code, stdout, stderr } = await provision(['--yes']);
  expect([code, stderr]).toEqual([1, expect.stringContaining('because of CacheNodeType')]);
  expect(stdout).toContain('~ Subnets (AWS::ElastiCache::SubnetGroup): Description');
  // CloudFormation reports the replacement only when the change set is created again.
  aws.says.set('bookedbarber-cache', [key, subnets, harmless]);
  const ask = async (): Promise<string> => {
    aws.says.set('bookedbarber-cache', [key, subnets, replacing]);
    return 'yes';
  };
  const later = await provision([], { ask });
  expect([later.code, later.stderr]).toEqual([1, expect.stringContaining('because of CacheNodeType')]);
  expect(aws.actions).not.toContain('ExecuteChangeSet');
  expect(aws.changeSets.size).toBe(0);
});

test('all events of a deployment are shown in order, from all pages', async () => {
  synthesized(cacheWith());
  const { stderr } = await provision(['--yes']);
  const events = stderr.split('\n').filter((line) => line.startsWith('bookedbarber-cache  '));
  expect(events).toEqual([
    'bookedbarber-cache  CREATE_IN_PROGRESS  bookedbarber-cache',
    ...['Key', 'Secret', 'Subnets', 'Group'].map((id) => `bookedbarber-cache  CREATE_COMPLETE  ${id}`),
    'bookedbarber-cache  CREATE_COMPLETE  bookedbarber-cache',
  ]);
});

test.each(['Secret', 'Key'] as const)('removing the %s is rejected as a loss', async (id) => {
  deployedBefore();
  const cache = cacheWith();
  const { [id]: _left, ...Resources } = cache.Resources;
  synthesized({ Resources });
  const { code, stderr } = await provision(['--yes']);
  expect(code).toBe(1);
  expect(stderr).toContain(`${id}: the ${id === 'Key' ? 'encryption key' : 'secret'} would be removed`);
});

test('--replace allows a replacement, and is rejected for a resource that is not replaced', async () => {
  deployedBefore();
  synthesized(cacheWith({ Port: 6380 }));
  const unused = await provision(['--yes', '--replace', 'Group', '--replace', 'Secret']);
  expect([unused.code, unused.stderr]).toEqual([2, expect.stringContaining('--replace Secret: the changes')]);
  const { code, stdout } = await provision(['--yes', '--replace', 'Group']);
  expect([code, stdout]).toEqual([0, expect.stringContaining('Deployed: bookedbarber-cache.')]);
});

test('a larger node is not a loss, and a dry run shows the change without deploying it', async () => {
  deployedBefore();
  synthesized(cacheWith({ CacheNodeType: 'cache.t4g.medium' }));
  const { code, stdout } = await provision(['--dry-run']);
  expect(code).toBe(0);
  expect(stdout).toContain('bookedbarber-network is unchanged');
  expect(stdout).toContain('~ Group (AWS::ElastiCache::ReplicationGroup): CacheNodeType');
  expect(aws.actions).not.toContain('ExecuteChangeSet');
  expect(aws.changeSets.size).toBe(0);
});

test('a dry run prints changes, destructive changes and cost as JSON, and exits with 1 for a loss', async () => {
  deployedBefore();
  synthesized(cacheWith({ Port: 6380 }));
  const { code, stdout, stderr } = await provision(['--dry-run', '--json']);
  expect(code).toBe(1);
  const result = JSON.parse(stdout);
  expect(result.stacks[1]).toMatchObject({
    name: 'bookedbarber-cache',
    kind: 'changed',
    destructiveChanges: [{ logicalId: 'Group', how: 'replaced', because: ['Port'] }],
  });
  const { total, parts } = result.monthly_cost_usd;
  expect(total).toBeGreaterThan(0);
  expect(parts[0]).toEqual({ what: expect.stringContaining('cache.t4g'), dollars: expect.any(Number) });
  expect(JSON.parse(stderr).error.code).toBe('replacement_refused');
});

test('a second run changes nothing', async () => {
  deployedBefore();
  synthesized(cacheWith());
  const { code, stdout } = await provision();
  expect([code, stdout]).toEqual([0, expect.stringContaining('nothing was changed')]);
});

test('nothing is deployed without confirmation', async () => {
  synthesized(cacheWith());
  const withoutTerminal = await provision();
  expect([withoutTerminal.code, withoutTerminal.stderr]).toEqual([2, expect.stringContaining('Add --yes')]);
  const declined = await provision([], { ask: async () => 'no' });
  expect([declined.code, declined.stderr]).toEqual([1, expect.stringContaining('Nothing was changed.')]);
  expect(aws.stacks.size).toBe(0);
});

test('a failed deployment reports the failed resource, the reason and a fix, without cancelled resources', async () => {
  synthesized(cacheWith());
  aws.fails.set('Subnets', 'You are not authorized to perform this operation.');
  const { code, stderr } = await provision(['--yes']);
  expect(code).toBe(1);
  expect(stderr).toContain(
    'bookedbarber-cache was not deployed: Subnets (AWS::ElastiCache::SubnetGroup) failed.',
  );
  expect(stderr).toContain('You are not authorized');
  expect(stderr).toContain('docs/reference/aws-permissions.md');
  expect(stderr.split('error:')[1]).not.toContain('cancelled');
  const again = await provision(['--yes']);
  expect(again.stderr).toContain('aws cloudformation delete-stack --stack-name bookedbarber-cache');
});

test('a template over 51,200 bytes is uploaded to the bootstrap bucket', async () => {
  synthesized(cacheWith({ ReplicationGroupDescription: 'x'.repeat(60_000) }));
  const { code } = await provision(['--yes']);
  expect(code).toBe(0);
  expect([...aws.objects.keys()]).toEqual([
    expect.stringMatching(/^\/cdk-hnb659fds-assets-123456789012-us-east-1\/[0-9a-f]{64}\.json$/),
  ]);
});

test('credentials for another account and templates for another region are rejected', async () => {
  synthesized(cacheWith());
  aws.account = '999999999999';
  expect((await provision(['--yes'])).stderr).toContain('The credentials are for account 999999999999');
  synthesized(cacheWith(), `aws://${account}/eu-west-1`);
  expect((await provision(['--yes'])).stderr).toContain(
    'bookedbarber-network is for another account or region',
  );
  expect(aws.stacks.size).toBe(0);
});

test.each([
  ['AccessDenied', 'is not allowed to do that', 'docs/reference/aws-permissions.md'],
  ['ExpiredToken', 'The security token included in the request is expired', 'Sign in again'],
])('an AWS error %s is reported with the failed operation and a fix', async (code, message, remediation) => {
  synthesized(cacheWith());
  aws.refuses.set('DescribeStacks', { code, message });
  const { stderr } = await provision(['--yes']);
  expect(stderr).toContain('cloudformation:DescribeStacks');
  expect(stderr).toContain(remediation);
  expect(stderr).not.toContain('an-example-of-a-secret');
});

test('a stack with an update in progress is not changed', async () => {
  deployedBefore();
  synthesized(cacheWith({ CacheNodeType: 'cache.t4g.medium' }));
  const stack = aws.stacks.get('bookedbarber-cache');
  if (stack !== undefined) stack.status = 'UPDATE_IN_PROGRESS';
  const { code, stderr } = await provision(['--yes']);
  expect([code, stderr]).toEqual([1, expect.stringContaining('is being updated')]);
});

test('an invalid deployment is rejected with its invalid fields, and an invalid plan with its error codes', async () => {
  synthesized(cacheWith());
  writeFileSync(join(folder, 'deployment.json'), JSON.stringify({ deployment: 1, plan, account: '12' }));
  expect((await provision()).stderr).toContain('account: use the AWS account number');
  const wrong = { ...plan, replicasPerShard: 0 };
  writeFileSync(join(folder, 'deployment.json'), JSON.stringify({ deployment: 1, plan: wrong, account }));
  expect((await provision()).stderr).toContain('multi_az_one_node');
  expect(aws.actions).toEqual([]);
});
