import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completeFigures, makePlan, type Plan } from '@bookedbarber/elasticache';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type FakeCloudWatch, startCloudWatch } from '../../support/aws/cloud-watch.ts';
import { stubAwsEnvironment } from '../../support/aws/environment.ts';
import { runCommand } from '../../support/bookedbarber.ts';

const figures = completeFigures({ barbers: 4, users: 200 });
const plan = makePlan(figures, { nodeType: 'cache.t4g.medium', region: 'us-east-1' });
const network = { kind: 'new', availabilityZones: ['us-east-1a', 'us-east-1b'] };
const whole = {
  deployment: 1,
  account: '123456789012',
  plan,
  network,
  alarms: { email: 'ops@example.com' },
};

let aws: FakeCloudWatch;
let folder: string;
beforeEach(async () => {
  aws = await startCloudWatch();
  aws.group.node = plan.nodeType;
  folder = mkdtempSync(join(tmpdir(), 'bookedbarber-scale-'));
  stubAwsEnvironment({ AWS_ENDPOINT_URL: aws.url });
  write(whole);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.close();
  rmSync(folder, { recursive: true, force: true });
});

const path = () => join(folder, 'deployment.json');
const write = (deployment: object) =>
  writeFileSync(path(), JSON.stringify(deployment, null, 2), { mode: 0o640 });
const text = () => readFileSync(path(), 'utf8');
const saved = (): typeof whole & { plan: Plan; jobsPlan: Plan } => JSON.parse(text());

const scale = (...args: string[]) =>
  runCommand(['scale', 'deployment.json', ...args], {
    workingFolder: folder,
    nowMs: () => Date.UTC(2026, 9, 2, 12, 0, 30),
  });

describe('without a step', () => {
  test('it shows the nodes of the plan, the next step, its cost and the command that applies it', async () => {
    const before = text();
    const { code, stdout, stderr } = await scale();
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('cache.t4g.medium, 1 replica, Valkey, us-east-1, cluster mode disabled');
    expect(stdout).toMatch(/monthly cost: \$\d+\.\d\d/);
    expect(stdout).toMatch(
      /→ cache\.t4g\.medium to cache\.r6g\.large[\s\S]*per month: \+\$164\.68 on Valkey/,
    );
    expect(stdout).toContain('To apply it: bookedbarber scale deployment.json --node cache.r6g.large');
    expect(text()).toBe(before);
    expect(aws.queries).toEqual([]);
  });

  test('it recommends a replica first for a single node', async () => {
    write({ ...whole, plan: makePlan(figures, { replicasPerShard: 0 }) });
    expect((await scale()).stdout).toContain('To apply it: bookedbarber scale deployment.json --replicas 1');
  });

  test.each<[string, Partial<Plan>, string]>([
    ['cluster mode for the largest node', { nodeType: 'cache.r6g.4xlarge' }, '--cluster-mode compatible'],
    ['mode enabled after mode compatible', { clusterModeMigration: 'compatible' }, '--cluster-mode enabled'],
    [
      'another shard for a cluster of the largest nodes',
      { nodeType: 'cache.r6g.4xlarge', clusterMode: true, shards: 2 },
      '--shards 3',
    ],
  ])('it recommends %s', async (_name, change, options) => {
    write({ ...whole, plan: { ...plan, ...change } });
    expect((await scale()).stdout).toContain(`scale deployment.json ${options}`);
    expect(JSON.parse((await scale('--json')).stdout)).toMatchObject({ next: 'cluster_mode', options });
  });

  test('--aws shows the step that is due according to CloudWatch, or none', async () => {
    aws.values.set('CPUUtilization', 70);
    expect((await scale('--aws')).stdout).toContain('--node cache.r6g.large');
    aws.values.set('CPUUtilization', 5);
    expect((await scale('--aws')).stdout).toContain('No scaling step is needed');
    expect(JSON.parse((await scale('--aws', '--json')).stdout)).toMatchObject({ next: null, options: null });
  });
});

describe('a step', () => {
  test('changes only the plan in the file', async () => {
    const { code, stdout } = await scale('--up');
    expect(code).toBe(0);
    expect(stdout).toContain('node: cache.t4g.medium → cache.r6g.large');
    expect(stdout).toMatch(/monthly cost: \$\d+\.\d\d → \$\d+\.\d\d \(\+\$164\.68\)/);
    expect(stdout).toContain('Saved in deployment.json; nothing was changed on AWS.');
    expect(stdout).toContain('bookedbarber provision deployment.json');
    expect(saved()).toEqual({ ...whole, plan: { ...plan, nodeType: 'cache.r6g.large' } });
    expect(statSync(path()).mode & 0o777).toBe(0o640);
    expect(aws.queries).toEqual([]);
  });

  test('is printed as JSON with the plans before and after, and a dry run leaves the file unchanged', async () => {
    const before = text();
    const { code, stdout } = await scale('--node', 'r7g.large', '--dry-run', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      group: 'bookedbarber',
      step: { kind: 'node', nodeType: 'cache.r7g.large' },
      before: { node_type: 'cache.t4g.medium' },
      after: { node_type: 'cache.r7g.large', cluster_mode: 'disabled' },
      saved: false,
    });
    expect(text()).toBe(before);
  });

  test('with --jobs changes the plan of the jobs, and is rejected without a group for jobs', async () => {
    expect((await scale('--up', '--jobs')).stderr).toContain('no separate group for jobs');
    const jobsPlan = { ...plan, name: 'bookedbarber-jobs' };
    write({ ...whole, jobsPlan });
    await scale('--up', '--jobs');
    expect([saved().plan.nodeType, saved().jobsPlan.nodeType]).toEqual([
      'cache.t4g.medium',
      'cache.r6g.large',
    ]);
  });

  test('can fix a plan that is too small for its business', async () => {
    const busy = { ...plan, nodeType: 'cache.t4g.small', figures: { ...figures, users: 2000 } };
    write({ ...whole, plan: busy });
    const { code } = await scale('--node', 'r6g.large');
    expect([code, saved().plan.nodeType]).toEqual([0, 'cache.r6g.large']);
  });

  test.each<[string[], number, string]>([
    [['--node', 't4g.large'], 1, 'node_type_unknown'],
    [['--node', 't4g.medium'], 1, 'no_change'],
    [['--shards', '2'], 1, 'shards_without_cluster_mode'],
    [['--cluster-mode', 'enabled'], 1, 'cluster_mode_skipped'],
    [['--cluster-mode', 'disabled'], 2, 'cannot be disabled again'],
    [['--up', '--replicas', '2'], 2, 'one scaling step at a time'],
    [['--replicas', '9'], 2, 'from 0 to 5'],
  ])('%j is rejected with a fix, and the file is unchanged', async (args, exit, words) => {
    const before = text();
    const { code, stdout, stderr } = await scale(...args);
    expect([code, stdout]).toEqual([exit, '']);
    expect(stderr).toContain(words);
    expect(text()).toBe(before);
  });

  test('is rejected if there is no larger or smaller node', async () => {
    write({ ...whole, plan: { ...plan, nodeType: 'cache.r6g.4xlarge' } });
    expect((await scale('--up')).stderr).toContain('--cluster-mode compatible');
    write({ ...whole, plan: { ...plan, nodeType: 'cache.t4g.small' } });
    expect((await scale('--down')).stderr).toContain('There is no smaller node type than cache.t4g.small');
  });

  test('is rejected for a file that is not a deployment', async () => {
    writeFileSync(path(), '{}');
    expect(await scale()).toMatchObject({ code: 1, stderr: expect.stringContaining('deployment: use 1') });
  });
});

describe('the migration to cluster mode', () => {
  test('takes separate runs, and each shows the next step', async () => {
    const first = await scale('--cluster-mode', 'compatible');
    expect(first.stdout).toContain('cluster mode: disabled → compatible');
    expect(first.stdout).toContain('REDIS_CLUSTER=true');
    expect(saved().plan).toEqual({ ...plan, clusterModeMigration: 'compatible' });
    expect((await scale('--up')).stderr).toContain('compatible_first');
    expect((await scale('--cluster-mode', 'compatible')).stderr).toContain('no_change');
    const second = await scale('--cluster-mode', 'enabled');
    expect(second.stdout).toContain('this cannot be undone');
    expect(saved().plan).toEqual({ ...plan, clusterMode: true, clusterModeMigration: 'enabled' });
    expect((await scale('--cluster-mode', 'compatible')).stderr).toContain('cluster_mode_back');
    expect((await scale('--replicas', '2')).stderr).toContain('replicas_in_cluster_mode');
    expect((await scale('--shards', '2')).code).toBe(0);
    expect(saved().plan.shards).toBe(2);
  });

  test('with --aws requires that the previous step is deployed, and shows the new endpoint', async () => {
    await scale('--cluster-mode', 'compatible');
    const early = await scale('--cluster-mode', 'enabled', '--aws');
    expect([early.code, early.stderr]).toEqual([1, expect.stringContaining('is not yet compatible')]);
    aws.group.clusterMode = 'compatible';
    const { code, stdout } = await scale('--cluster-mode', 'enabled', '--aws');
    expect([code, stdout]).toEqual([0, expect.stringContaining('.clustercfg.use1.cache.amazonaws.com:6379')]);
  });
});

describe('scaling down with --aws', () => {
  const peaks = {
    DatabaseMemoryUsagePercentage: 12,
    CPUUtilization: 6,
    NetworkBytesIn: 2e6,
    NetworkBytesOut: 9e6,
  };
  beforeEach(() => {
    for (const [name, value] of Object.entries(peaks)) aws.values.set(name, value);
  });

  test('applies the step if the load of the last 14 days fits, and shows that load', async () => {
    const { code, stdout } = await scale('--down', '--aws');
    expect(code).toBe(0);
    expect(stdout).toMatch(/memory: maximum 284 MiB in 14 days, of 841\.7 MiB|memory: maximum 285 MiB/);
    expect(saved().plan.nodeType).toBe('cache.t4g.small');
    const statistics = aws.queries.map(({ MetricStat: stat }) => `${stat?.Stat} of ${stat?.Period} s`);
    expect([...new Set(statistics)]).toEqual(['Maximum of 3600 s']);
  });

  test.each<[string, keyof typeof peaks, number, string]>([
    ['memory', 'DatabaseMemoryUsagePercentage', 50, 'memory: maximum 1.16 GiB'],
    ['CPU', 'CPUUtilization', 45, 'cpu: maximum 90.0 % of a core'],
    ['the network', 'NetworkBytesOut', 2e9, 'network: maximum 266.7 Mbit/s'],
  ])('is rejected if %s of a single node does not fit', async (_name, metric, value, words) => {
    aws.values.set(`bookedbarber-002/${metric}`, value);
    const { code, stderr } = await scale('--down', '--aws');
    expect([code, stderr]).toEqual([1, expect.stringContaining(words)]);
    expect(stderr).toContain('Keep cache.t4g.medium');
    expect(saved().plan.nodeType).toBe('cache.t4g.medium');
  });

  test('is rejected without CloudWatch values, with a different node on AWS, and while the group is busy', async () => {
    aws.values.delete('CPUUtilization');
    expect((await scale('--down', '--aws')).stderr).toContain('no values for cpu');
    aws.group.node = 'cache.r6g.large';
    expect((await scale('--down', '--aws')).stderr).toContain('AWS has cache.r6g.large');
    aws.group.status = 'modifying';
    expect((await scale('--down', '--aws')).stderr).toContain('is modifying');
    expect(saved().plan.nodeType).toBe('cache.t4g.medium');
  });
});

test('the help lists every step and the exit codes', async () => {
  const { code, stdout } = await scale('--help');
  expect(code).toBe(0);
  for (const word of [
    '--up',
    '--down',
    '--node',
    '--replicas',
    '--cluster-mode',
    '--shards',
    '--aws',
    'Exit codes',
  ])
    expect(stdout).toContain(word);
});
