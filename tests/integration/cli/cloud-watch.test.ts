import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completeFigures, makePlan } from '@bookedbarber/elasticache';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type FakeCloudWatch, healthyMetrics, startCloudWatch } from '../../support/aws/cloud-watch.ts';
import { stubAwsEnvironment } from '../../support/aws/environment.ts';
import { runCommand } from '../../support/bookedbarber.ts';

let aws: FakeCloudWatch;
let folder: string;
beforeEach(async () => {
  aws = await startCloudWatch();
  for (const [name, value] of Object.entries(healthyMetrics)) aws.values.set(name, value);
  folder = mkdtempSync(join(tmpdir(), 'bookedbarber-watch-'));
  const plan = makePlan(completeFigures({ barbers: 1 }), { nodeType: 'cache.t4g.small' });
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan));
  stubAwsEnvironment({ AWS_ENDPOINT_URL: aws.url });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.close();
  rmSync(folder, { recursive: true, force: true });
});

const bookedbarber = (...args: string[]) =>
  runCommand(args, { workingFolder: folder, nowMs: () => Date.UTC(2026, 9, 2, 12, 0, 30) });
const advise = (...more: string[]) => bookedbarber('advise', '--aws', '--plan', 'plan.json', ...more);
const status = (...more: string[]) => bookedbarber('status', '--aws', '--plan', 'plan.json', ...more);

test('advise --aws needs no server and checks every metric of a healthy replication group', async () => {
  const { code, stdout, stderr } = await advise();
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('Advice for the Redis of bookedbarber');
  expect(stdout).toContain('cache.t4g.small, 1 replica, Valkey, us-east-1');
  expect(stdout).toContain('No problems found.');
  expect(stdout).not.toContain('Not checked');
});

test('advise exits with 1 for high CPU on one node, and shows the next node type with its cost', async () => {
  aws.values.set('bookedbarber-002/CPUUtilization', 60);
  const { code, stdout, stderr } = await advise();
  expect(code).toBe(1);
  expect(stderr).toContain('1 problem needs immediate attention');
  expect(stdout).toContain('One core is saturated: 60 %, over 45 %');
  expect(stdout).toMatch(/→ cache\.t4g\.small to [\s\S]*per month: \+\$\d+/);
});

test('status --aws lists each rule with value, limit and verdict, and exits with 0 for tickets', async () => {
  aws.values.set('CPUCreditBalance', 50);
  aws.values.set('SwapBeyondFreeable', 1000);
  const { code, stdout } = await status('--json');
  expect(code).toBe(0);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({ group: 'bookedbarber', status: 'available', node: 'cache.t4g.small' });
  const verdicts = Object.fromEntries(
    report.rules.map(({ metric, verdict }: { metric: string; verdict: string }) => [metric, verdict]),
  );
  expect(verdicts).toMatchObject({
    CPUUtilization: 'ok',
    CPUCreditBalance: 'ticket',
    SwapBeyondFreeable: 'page',
    CacheHitRate: 'ok',
  });
  expect((await status()).stdout).toMatch(/soon {2}CPUCreditBalance +50 credits, limit 115 credits/);
});

test('status --aws reports high memory for both of its limits', async () => {
  aws.values.set('DatabaseMemoryUsagePercentage', 95);
  const { rules } = JSON.parse((await status('--json')).stdout);
  const memoryRules = rules.filter(({ metric }: { metric: string }) => metric.startsWith('DatabaseMemory'));
  expect(memoryRules.map(({ verdict }: { verdict: string }) => verdict).sort()).toEqual(['page', 'ticket']);
});

test('a metric without values is reported as not checked, never as healthy', async () => {
  aws.values.delete('CPUUtilization');
  expect((await advise()).stdout).toMatch(/too few values: CPUUtilization/);
  expect((await status()).stdout).toMatch(/\? +CPUUtilization +no values/);
});

test('metrics are read for the real node names after a replica was replaced by hand', async () => {
  aws.group.members = ['bookedbarber-001', 'bookedbarber-003'];
  await status();
  const nodes = aws.queries.flatMap(({ MetricStat: stat }) => stat?.Metric.Dimensions[0]?.Value ?? []);
  expect([...new Set(nodes)].sort()).toEqual(['bookedbarber-001', 'bookedbarber-003']);
});

test('status --aws evaluates the deployed group, not the plan', async () => {
  aws.group.node = 'cache.r6g.large';
  aws.group.members = ['bookedbarber-001'];
  const { stdout } = await status();
  expect(stdout).toContain('cache.r6g.large');
  expect(stdout).not.toContain('CPUCreditBalance');
  expect(stdout).not.toContain('ReplicationLag');
});

test('status --aws compares the parameter group with the plan, and reports connections that stay open on a demoted node', async () => {
  const verdicts = async () => {
    const { parameters } = JSON.parse((await status('--json')).stdout);
    return Object.fromEntries(
      parameters.map(({ name, verdict }: { name: string; verdict: string }) => [name, verdict]),
    );
  };
  const healthy = {
    'maxmemory-policy': 'ok',
    'reserved-memory-percent': 'ok',
    'close-on-replica-write': 'ok',
  };
  expect(await verdicts()).toEqual(healthy);
  expect((await status()).stdout).not.toContain('Fix:');
  aws.parameters.set('close-on-replica-write', 'no');
  expect(await verdicts()).toEqual({ ...healthy, 'close-on-replica-write': 'ticket' });
  expect((await status()).stdout).toMatch(
    /soon {2}close-on-replica-write +no, yes in the plan\n +Fix: set the parameters/,
  );
  aws.parameters.delete('close-on-replica-write');
  expect((await status()).stdout).toMatch(/\? +close-on-replica-write +unknown, yes in the plan/);
});

test('a parameter group that cannot be read is reported as not checked, and the rest is reported', async () => {
  aws.refuses.set('DescribeCacheParameters', { code: 'AccessDenied', message: 'not authorized' });
  const { code, stdout } = await status();
  expect(code).toBe(0);
  expect(stdout).toMatch(/ok +CPUUtilization/);
  expect(stdout).toMatch(/\? +not checked: Reading the parameter group own .* access is denied/);
  expect(stdout).not.toContain('close-on-replica-write');
});

test('a missing plan, a missing permission and a missing group are reported with a fix', async () => {
  expect(await bookedbarber('advise', '--aws')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Add --plan FILE'),
  });
  aws.refuses.set('GetMetricData', { code: 'AccessDeniedException', message: 'not authorized' });
  const denied = await status();
  expect([denied.code, denied.stderr]).toEqual([1, expect.stringContaining('cloudwatch:GetMetricData')]);
  expect(denied.stderr).toContain('docs/reference/aws-permissions.md');
  aws.group.id = 'another';
  expect((await status()).stderr).toContain('There is no replication group bookedbarber in us-east-1.');
});
