/** Metrics of many nodes and of long times: CloudWatch limits the queries of a request and the values of a page. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completeFigures, makePlan } from '@bookedbarber/elasticache';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type FakeCloudWatch, healthyMetrics, startCloudWatch } from '../../support/aws/cloud-watch.ts';
import { stubAwsEnvironment } from '../../support/aws/environment.ts';
import { runCommand } from '../../support/bookedbarber.ts';

const nowMs = Date.UTC(2026, 9, 2, 12, 0, 30);
const nowSeconds = nowMs / 1000;
const hour = 3600;
const plan = makePlan(completeFigures({ barbers: 4, users: 200 }), { nodeType: 'cache.t4g.medium' });

let aws: FakeCloudWatch;
let folder: string;
beforeEach(async () => {
  aws = await startCloudWatch();
  aws.group.node = plan.nodeType;
  for (const [name, value] of Object.entries(healthyMetrics)) aws.values.set(name, value);
  folder = mkdtempSync(join(tmpdir(), 'bookedbarber-metrics-'));
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan));
  const network = { kind: 'new', availabilityZones: ['us-east-1a', 'us-east-1b'] };
  const deployment = {
    deployment: 1,
    account: '123456789012',
    plan,
    network,
    alarms: { email: 'a@b.example' },
  };
  writeFileSync(join(folder, 'deployment.json'), JSON.stringify(deployment));
  stubAwsEnvironment({ AWS_ENDPOINT_URL: aws.url });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...args: string[]) => runCommand(args, { workingFolder: folder, nowMs: () => nowMs });
const members = (count: number) =>
  Array.from({ length: count }, (_, index) => `bookedbarber-${String(index + 1).padStart(3, '0')}`);

describe('the current values', () => {
  type RuleStatus = { metric: string; value: number | null; verdict: string };
  async function rules(): Promise<Map<string, RuleStatus>> {
    const { stdout, stderr } = await run('status', '--aws', '--plan', 'plan.json', '--json');
    expect(stderr).not.toContain('ValidationError');
    const report = JSON.parse(stdout) as { rules: RuleStatus[] };
    return new Map(report.rules.map((rule) => [rule.metric, rule]));
  }

  test('are those of every node, also beyond the queries of one request', async () => {
    aws.group.members = members(40);
    aws.values.set('bookedbarber-040/CPUUtilization', 60);
    const found = await rules();
    expect(found.get('CPUUtilization')).toMatchObject({ value: 60, verdict: 'page' });
    expect([...found.values()].filter(({ value }) => value === null)).toEqual([]);
  });

  test('are complete although they span pages, each with the statistic and the period of its alarm', async () => {
    aws.pageSize = 7;
    aws.values.set('TrafficManagementActive', (at) => (at < nowSeconds - 4 * 60 ? 1 : 0));
    const found = await rules();
    expect([...found.values()].filter(({ value }) => value === null)).toEqual([]);
    const statistics = new Set(
      aws.queries.map(({ MetricStat: stat }) => `${stat?.Metric.MetricName} ${stat?.Stat} ${stat?.Period}`),
    );
    for (const statistic of [
      'CPUUtilization Average 60',
      'CPUCreditBalance Minimum 300',
      'AuthenticationFailures Sum 300',
      'TrafficManagementActive Maximum 60',
    ])
      expect(statistics).toContain(statistic);
  });

  test('do not include the period that is not over', async () => {
    aws.values.set('CPUUtilization', (at) => (at + 60 > nowSeconds ? 0 : 60));
    expect((await rules()).get('CPUUtilization')).toMatchObject({ verdict: 'page' });
  });

  test('are known although CloudWatch publishes them a period late', async () => {
    const late = (at: number) => (at + 2 * 60 > nowSeconds ? undefined : 60);
    aws.values.set('CPUUtilization', late);
    expect((await rules()).get('CPUUtilization')).toMatchObject({ value: 60, verdict: 'page' });
  });

  test('are those of the newest periods of the alarm, not older ones', async () => {
    const minutesAgo = (minutes: number) => nowSeconds - minutes * 60;
    aws.values.set('CPUUtilization', (at) => (at < minutesAgo(6) ? 60 : 12));
    expect((await rules()).get('CPUUtilization')).toMatchObject({ value: 12, verdict: 'ok' });
    aws.values.set('CPUUtilization', (at) => (at < minutesAgo(2) ? 60 : 12));
    expect((await rules()).get('CPUUtilization')).toMatchObject({ value: 12, verdict: 'ok' });
  });
});

describe('the peaks of the last 14 days', () => {
  const fitting = {
    DatabaseMemoryUsagePercentage: 12,
    CPUUtilization: 6,
    NetworkBytesIn: 2e6,
    NetworkBytesOut: 9e6,
  };
  beforeEach(() => {
    for (const [name, value] of Object.entries(fitting)) aws.values.set(name, value);
  });
  const scaleDown = () => run('scale', 'deployment.json', '--down', '--aws', '--dry-run');

  test('include the oldest hour, on the last page of values', async () => {
    const oldest = nowSeconds - 14 * 24 * hour;
    aws.values.set('CPUUtilization', (at) => (at < oldest + hour ? 45 : 6));
    expect((await scaleDown()).stderr).toContain('cpu: maximum 90.0 % of a core');
  });

  test('do not include an earlier hour', async () => {
    const oldest = nowSeconds - 14 * 24 * hour;
    aws.values.set('CPUUtilization', (at) => (at < oldest ? 45 : 6));
    expect(await scaleDown()).toMatchObject({ code: 0, stderr: '' });
  });

  test.each(['001', '101'])('are those of every node, also of node %s of 101', async (node) => {
    aws.group.members = members(101);
    for (const name of Object.keys(fitting))
      aws.values.set(name, (at) =>
        at > nowSeconds - hour ? fitting[name as keyof typeof fitting] : undefined,
      );
    aws.values.set(`bookedbarber-${node}/CPUUtilization`, 45);
    expect((await scaleDown()).stderr).toContain('cpu: maximum 90.0 % of a core');
  });
});
