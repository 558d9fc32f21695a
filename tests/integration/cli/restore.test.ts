import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completeFigures, makePlan, type Plan } from '@bookedbarber/elasticache';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { describeSnapshots, type FakeBackup } from '../../support/aws/backups.ts';
import { type FakeCloudFormation, startCloudFormation } from '../../support/aws/cloud-formation.ts';
import { stubAwsEnvironment } from '../../support/aws/environment.ts';
import {
  type FakeServer,
  queryError,
  queryReply,
  startFakeHttpServer,
} from '../../support/aws/fake-http-server.ts';
import { runCommand } from '../../support/bookedbarber.ts';

const plan = makePlan(completeFigures({ barbers: 4, users: 200 }), {
  nodeType: 'cache.t4g.small',
  name: 'lantern',
});
const whole = {
  deployment: 1,
  account: '123456789012',
  plan,
  network: { kind: 'new', availabilityZones: ['us-east-1a', 'us-east-1b'] },
  alarms: { email: 'ops@example.com' },
};
const ids = {
  VpcId: 'vpc-0a1b2c3d4e5f60718',
  ApiSecurityGroupId: 'sg-0a1b2c3d4e5f60718',
  CacheSubnetIds: 'subnet-0a1b2c3d4e5f60718,subnet-0a1b2c3d4e5f60719',
};
/** Not sorted by time. */
const existingBackups: FakeBackup[] = [
  { name: 'automatic.lantern-002-2026-10-01-03-00', made: '2026-10-01T03:04:00Z' },
  { name: 'half-made', made: '2026-10-03T09:00:00Z', status: 'creating', source: 'manual' },
  { name: 'automatic.lantern-002-2026-10-02-03-00', made: '2026-10-02T03:04:00Z', sizes: ['212 MB'] },
];

let elastiCache: FakeServer;
let cloudFormation: FakeCloudFormation;
let backups: FakeBackup[];
let groups: string[];
let folder: string;
beforeEach(async () => {
  backups = [...existingBackups];
  groups = ['lantern'];
  elastiCache = await startFakeHttpServer((_request, body) => {
    const form = new URLSearchParams(body);
    if (form.get('Action') === 'DescribeSnapshots') return describeSnapshots(form, backups);
    const id = form.get('ReplicationGroupId') ?? '';
    return groups.includes(id)
      ? queryReply(
          'DescribeReplicationGroups',
          `<ReplicationGroups><ReplicationGroup><ReplicationGroupId>${id}</ReplicationGroupId></ReplicationGroup></ReplicationGroups>`,
        )
      : queryError('ReplicationGroupNotFoundFault', `ReplicationGroup ${id} not found.`, 404);
  });
  cloudFormation = await startCloudFormation();
  cloudFormation.deployed('lantern-network', { Resources: {} });
  cloudFormation.outputs.set('lantern-network', ids);
  folder = mkdtempSync(join(tmpdir(), 'bookedbarber-restore-'));
  write(whole);
  stubAwsEnvironment({
    AWS_ENDPOINT_URL_ELASTICACHE: elastiCache.url,
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
  });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await elastiCache.close();
  await cloudFormation.close();
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string) => join(folder, name);
const write = (deployment: object) => writeFileSync(at('deployment.json'), JSON.stringify(deployment));
const saved = () => JSON.parse(readFileSync(at('restored.json'), 'utf8'));

const restore = (...args: string[]) =>
  runCommand(['restore', 'deployment.json', ...args], { workingFolder: folder });
const planned = (...args: string[]) => restore('--out', 'restored.json', ...args);

describe('without --out', () => {
  test('it lists all backups, newest first, and marks the newest that is available', async () => {
    const { code, stdout, stderr } = await restore();
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.split('\n').filter((line) => /2026-10/.test(line));
    expect(lines.map((line) => /\S*(half-made|2026-10-0[12]-03-00)/.exec(line)?.[1])).toEqual([
      'half-made',
      '2026-10-02-03-00',
      '2026-10-01-03-00',
    ]);
    expect(lines[1]).toMatch(/^→ .*2026-10-02 03:04 .*Valkey 8\.1\.0 .*212 MiB .*available, automatic/);
    expect(stdout).toContain('bookedbarber restore deployment.json --out FILE');
    expect(JSON.parse((await restore('--json')).stdout)).toMatchObject({
      group: 'lantern',
      newest: 'automatic.lantern-002-2026-10-02-03-00',
    });
  });

  test('it succeeds if there are no backups', async () => {
    backups = [];
    expect(await restore()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('lantern has no backups'),
    });
  });
});

describe('with --out', () => {
  test('it plans a new group beside the old one, in the same network, and shows the next steps', async () => {
    const before = readFileSync(at('deployment.json'), 'utf8');
    const { code, stdout } = await planned();
    expect(code).toBe(0);
    expect(stdout).toContain('lantern-restored from automatic.lantern-002-2026-10-02-03-00');
    expect(stdout).toContain('AWS deletes it after its retention period');
    expect(stdout).toContain('bookedbarber provision restored.json');
    expect(saved()).toEqual({
      deployment: 1,
      account: whole.account,
      plan: {
        ...plan,
        name: 'lantern-restored',
        snapshotName: 'automatic.lantern-002-2026-10-02-03-00',
      },
      network: {
        kind: 'existing',
        vpcId: ids.VpcId,
        subnetIds: ids.CacheSubnetIds.split(','),
        availabilityZones: whole.network.availabilityZones,
        apiSecurityGroupId: ids.ApiSecurityGroupId,
        hasFlowLogs: true,
      },
      alarms: whole.alarms,
      audit: false,
    });
    expect(readFileSync(at('deployment.json'), 'utf8')).toBe(before);
  });

  test('--snapshot, --name and --node override the defaults, and the JSON output shows the choice', async () => {
    const args = [
      '--snapshot',
      existingBackups[0]?.name ?? '',
      '--name',
      'lantern-2',
      '--node',
      'r7g.large',
      '--json',
    ];
    const { code, stdout } = await planned(...args);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      restored: 'lantern-2',
      backup: { name: existingBackups[0]?.name },
    });
    expect(saved().plan).toMatchObject({
      name: 'lantern-2',
      nodeType: 'cache.r7g.large',
      snapshotName: existingBackups[0]?.name,
    });
  });

  test('it copies an existing network and omits the service of the old deployment', async () => {
    const network = { kind: 'existing', vpcId: ids.VpcId, subnetIds: ['subnet-1'] };
    write({ ...whole, network, service: { image: 'one' } });
    await planned();
    expect(saved().network).toEqual({ ...network, hasFlowLogs: true });
    expect(saved()).not.toHaveProperty('service');
    expect(cloudFormation.actions).toEqual([]);
  });

  test('it never overwrites an existing file', async () => {
    writeFileSync(at('restored.json'), 'mine');
    const { code, stderr } = await planned();
    expect([code, stderr]).toEqual([1, expect.stringContaining('is not overwritten')]);
    expect(readFileSync(at('restored.json'), 'utf8')).toBe('mine');
  });

  test.each<[string, () => void, string[], number, string]>([
    ['an unknown backup', () => {}, ['--snapshot', 'nothing'], 1, 'lantern has no backup nothing'],
    ['a backup in creation', () => {}, ['--snapshot', 'half-made'], 1, 'is creating'],
    ['a group without backups', () => (backups = []), [], 1, 'No backup of lantern is available'],
    [
      'a backup that is too large for the node',
      () => (backups = [{ name: 'large', made: '2026-10-02T03:04:00Z', sizes: ['900 MB'] }]),
      [],
      1,
      'backup_too_large',
    ],
    [
      'a backup of a later engine version',
      () => (backups = [{ name: 'later', made: '2026-10-02T03:04:00Z', engineVersion: '8.2.1' }]),
      [],
      1,
      'backup_engine_version',
    ],
    [
      'a backup of a group in cluster mode',
      () => (backups = [{ name: 'cluster', made: '2026-10-02T03:04:00Z', slots: ['0-16383'] }]),
      [],
      1,
      'backup_cluster_mode',
    ],
    ['the name of the old group', () => {}, ['--name', 'lantern'], 1, 'name_taken'],
    [
      'the name of an existing group',
      () => groups.push('lantern-2'),
      ['--name', 'lantern-2'],
      1,
      'group lantern-2 already exists',
    ],
    ['--jobs without a group for jobs', () => {}, ['--jobs'], 2, 'no separate group for jobs'],
    [
      'a network stack without outputs',
      () => cloudFormation.outputs.delete('lantern-network'),
      [],
      1,
      'Provision the old deployment again',
    ],
  ])('%s is rejected with a fix, and no file is created', async (_name, prepare, args, exit, words) => {
    prepare();
    const { code, stdout, stderr } = await planned(...args);
    expect([code, stdout]).toEqual([exit, '']);
    expect(stderr).toContain(words);
    expect(existsSync(at('restored.json'))).toBe(false);
  });

  test('it accepts a later engine version with --engine-version', async () => {
    backups = [{ name: 'later', made: '2026-10-02T03:04:00Z', engineVersion: '8.2.1' }];
    expect((await planned('--engine-version', '8.2')).code).toBe(0);
    expect((saved().plan as Plan).engineVersion).toBe('8.2');
  });

  test('--snapshot requires --out', async () => {
    const { code, stderr } = await restore('--snapshot', existingBackups[0]?.name ?? '');
    expect([code, stderr]).toEqual([2, expect.stringContaining('Add --out FILE')]);
  });
});

test('the help describes the options and the exit codes', async () => {
  const { stdout } = await restore('--help');
  for (const words of ['overwrites no file', '--snapshot', 'Exit codes'])
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(words);
});
