import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completeFigures, makePlan, type Plan } from '@bookedbarber/elasticache';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type FakeCloudWatch, startCloudWatch } from '../../support/aws/cloud-watch.ts';
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
  vi.stubEnv('AWS_ENDPOINT_URL', aws.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'an-example-of-a-secret');
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
  test('it shows where the plan stands, the next rung, what it costs and the command that takes it', async () => {
    const before = text();
    const { code, stdout, stderr } = await scale();
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('cache.t4g.medium, 1 replica, Valkey, us-east-1, cluster mode disabled');
    expect(stdout).toMatch(/a month: \$\d+\.\d\d/);
    expect(stdout).toMatch(/→ cache\.t4g\.medium to cache\.r6g\.large[\s\S]*a month: \+\$164\.68 on Valkey/);
    expect(stdout).toContain('Take it with: bookedbarber scale deployment.json --node cache.r6g.large');
    expect(text()).toBe(before);
    expect(aws.queries).toEqual([]);
  });

  test('a single node is told to get a replica before anything else', async () => {
    write({ ...whole, plan: makePlan(figures, { replicasPerShard: 0 }) });
    expect((await scale()).stdout).toContain('Take it with: bookedbarber scale deployment.json --replicas 1');
  });

  test.each<[string, Partial<Plan>, string]>([
    ['at the top, cluster mode', { nodeType: 'cache.r6g.4xlarge' }, '--cluster-mode compatible'],
    ['in compatible, its end', { clusterModeMigration: 'compatible' }, '--cluster-mode enabled'],
    [
      'at the top of a cluster, a shard',
      { nodeType: 'cache.r6g.4xlarge', clusterMode: true, shards: 2 },
      '--shards 3',
    ],
  ])('comes %s', async (_name, change, options) => {
    write({ ...whole, plan: { ...plan, ...change } });
    expect((await scale()).stdout).toContain(`scale deployment.json ${options}`);
    expect(JSON.parse((await scale('--json')).stdout)).toMatchObject({ next: 'cluster_mode', options });
  });

  test('--aws says what is due by what CloudWatch has, and nothing where nothing is', async () => {
    aws.values.set('CPUUtilization', 70);
    expect((await scale('--aws')).stdout).toContain('--node cache.r6g.large');
    aws.values.set('CPUUtilization', 5);
    expect((await scale('--aws')).stdout).toContain('No step is due');
    expect(JSON.parse((await scale('--aws', '--json')).stdout)).toMatchObject({ next: null, options: null });
  });
});

describe('a step', () => {
  test('changes the plan in the file, and nothing else of it', async () => {
    const { code, stdout } = await scale('--up');
    expect(code).toBe(0);
    expect(stdout).toContain('node: cache.t4g.medium → cache.r6g.large');
    expect(stdout).toMatch(/a month: \$\d+\.\d\d → \$\d+\.\d\d \(\+\$164\.68\)/);
    expect(stdout).toContain('Saved in deployment.json; nothing was changed on AWS.');
    expect(stdout).toContain('bookedbarber provision deployment.json');
    expect(saved()).toEqual({ ...whole, plan: { ...plan, nodeType: 'cache.r6g.large' } });
    expect(statSync(path()).mode & 0o777).toBe(0o640);
    expect(aws.queries).toEqual([]);
  });

  test('as JSON has what was, what is and the difference; a dry run leaves the file', async () => {
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

  test('of the jobs changes their plan, and without a group of theirs is refused', async () => {
    expect((await scale('--up', '--jobs')).stderr).toContain('no group of its own for jobs');
    const jobsPlan = { ...plan, name: 'bookedbarber-jobs' };
    write({ ...whole, jobsPlan });
    await scale('--up', '--jobs');
    expect([saved().plan.nodeType, saved().jobsPlan.nodeType]).toEqual([
      'cache.t4g.medium',
      'cache.r6g.large',
    ]);
  });

  test('mends a plan that is too small for its business, which provision refuses', async () => {
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
    [['--cluster-mode', 'disabled'], 2, 'There is no way back'],
    [['--up', '--replicas', '2'], 2, 'one thing of a group at a time'],
    [['--replicas', '9'], 2, 'from 0 to 5'],
  ])('%j is refused with its mend, and the file is as it was', async (args, exit, words) => {
    const before = text();
    const { code, stdout, stderr } = await scale(...args);
    expect([code, stdout]).toEqual([exit, '']);
    expect(stderr).toContain(words);
    expect(text()).toBe(before);
  });

  test('beyond an end of the ladder is refused', async () => {
    write({ ...whole, plan: { ...plan, nodeType: 'cache.r6g.4xlarge' } });
    expect((await scale('--up')).stderr).toContain('--cluster-mode compatible');
    write({ ...whole, plan: { ...plan, nodeType: 'cache.t4g.small' } });
    expect((await scale('--down')).stderr).toContain('There is no smaller node than cache.t4g.small');
  });

  test('a file that holds no deployment is told so', async () => {
    writeFileSync(path(), '{}');
    expect(await scale()).toMatchObject({ code: 1, stderr: expect.stringContaining('deployment: write 1') });
  });
});

describe('the way to cluster mode', () => {
  test('is gone in runs of their own, each told what comes after it', async () => {
    const first = await scale('--cluster-mode', 'compatible');
    expect(first.stdout).toContain('cluster mode: disabled → compatible');
    expect(first.stdout).toContain('REDIS_CLUSTER=true');
    expect(saved().plan).toEqual({ ...plan, clusterModeMigration: 'compatible' });
    expect((await scale('--up')).stderr).toContain('compatible_first');
    expect((await scale('--cluster-mode', 'compatible')).stderr).toContain('no_change');
    const second = await scale('--cluster-mode', 'enabled');
    expect(second.stdout).toContain('it cannot be undone');
    expect(saved().plan).toEqual({ ...plan, clusterMode: true, clusterModeMigration: 'enabled' });
    expect((await scale('--cluster-mode', 'compatible')).stderr).toContain('cluster_mode_back');
    expect((await scale('--replicas', '2')).stderr).toContain('replicas_in_cluster_mode');
    expect((await scale('--shards', '2')).code).toBe(0);
    expect(saved().plan.shards).toBe(2);
  });

  test('with --aws waits until AWS has gone the step before, and names the endpoint to come', async () => {
    await scale('--cluster-mode', 'compatible');
    const early = await scale('--cluster-mode', 'enabled', '--aws');
    expect([early.code, early.stderr]).toEqual([
      1,
      expect.stringContaining('not in the mode compatible yet'),
    ]);
    aws.group.clusterMode = 'compatible';
    const { code, stdout } = await scale('--cluster-mode', 'enabled', '--aws');
    expect([code, stdout]).toEqual([0, expect.stringContaining('.clustercfg.use1.cache.amazonaws.com:6379')]);
  });
});

describe('down, with --aws', () => {
  const peaks = {
    DatabaseMemoryUsagePercentage: 12,
    CPUUtilization: 6,
    NetworkBytesIn: 2e6,
    NetworkBytesOut: 9e6,
  };
  beforeEach(() => {
    for (const [name, value] of Object.entries(peaks)) aws.values.set(name, value);
  });

  test('takes the step when two weeks of CloudWatch bear it out, and shows them', async () => {
    const { code, stdout } = await scale('--down', '--aws');
    expect(code).toBe(0);
    expect(stdout).toMatch(/memory: 284 MiB at the most in 14 days, of 841\.7 MiB|memory: 285 MiB/);
    expect(saved().plan.nodeType).toBe('cache.t4g.small');
    const asked = aws.queries.map(({ MetricStat: stat }) => [stat?.Stat, stat?.Period]);
    expect(asked.every(([stat, period]) => stat === 'Maximum' && period === 3600)).toBe(true);
  });

  test.each<[string, keyof typeof peaks, number, string]>([
    ['memory', 'DatabaseMemoryUsagePercentage', 50, 'memory: 1.16 GiB'],
    ['CPU', 'CPUUtilization', 45, 'cpu: 90.0 % of a core'],
    ['the network', 'NetworkBytesOut', 2e9, 'network: 266.7 Mbit/s'],
  ])('is refused when %s of one node alone does not fit', async (_name, metric, value, words) => {
    aws.values.set(`bookedbarber-002/${metric}`, value);
    const { code, stderr } = await scale('--down', '--aws');
    expect([code, stderr]).toEqual([1, expect.stringContaining(words)]);
    expect(stderr).toContain('Stay on cache.t4g.medium');
    expect(saved().plan.nodeType).toBe('cache.t4g.medium');
  });

  test('is refused where CloudWatch has no values, where AWS has another node, and while it is busy', async () => {
    aws.values.delete('CPUUtilization');
    expect((await scale('--down', '--aws')).stderr).toContain('no values of cpu');
    aws.group.node = 'cache.r6g.large';
    expect((await scale('--down', '--aws')).stderr).toContain('AWS has cache.r6g.large');
    aws.group.status = 'modifying';
    expect((await scale('--down', '--aws')).stderr).toContain('is modifying');
    expect(saved().plan.nodeType).toBe('cache.t4g.medium');
  });
});

test('the help names every step and what exit codes mean', async () => {
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
