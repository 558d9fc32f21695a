import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readEnvironment } from '../environment.ts';
import { run } from '../program.ts';
import { processContext } from '../shared/io.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bookedbarber-plan-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `bookedbarber plan` in a temporary folder, without network access. */
async function plan(...args: string[]) {
  let stdout = '';
  let stderr = '';
  const code = await run(['plan', ...args], {
    ...processContext(),
    environment: readEnvironment({}),
    workingFolder: folder,
    stdout: { write: (text) => (stdout += text), isTTY: false, columns: 100 },
    stderr: { write: (text) => (stderr += text), isTTY: false, columns: 100 },
    fetch: () => Promise.reject(new Error('plan must not send requests')),
  });
  return { code, stdout, stderr };
}

const shop = ['--barbers', '8', '--users', '1500'];

describe('the plan of a shop', () => {
  test('shows node, replicas, memory, connections, the cost on both engines and the reasons', async () => {
    const { code, stdout, stderr } = await plan(...shop);
    expect([code, stderr]).toEqual([0, '']);
    for (const words of [
      'A cache for 8 barbers in 1 shop, 1,500 concurrent users, 128 bookings a day',
      'cache.t4g.small, a primary and 1 replica in another zone (Multi-AZ)',
      /^ {2}memory +[\d.]+ MiB +842 MiB/m,
      /^ {2}connections +14 +65,000/m,
      'REDIS_MAX_CONNECTIONS=50',
      /^ {2}Monthly cost +Valkey +Redis OSS$/m,
      /^ {2}2 x cache\.t4g\.small +\$37\.38 +\$46\.72$/m,
      /^ {2}total +\$37\.\d\d +\$46\.\d\d$/m,
      'cache.t4g.small is the smallest node for production',
      /adds\s+no\s+capacity/,
      /close-on-replica-write\s+yes/,
      'npm run bench -- sizing',
    ])
      expect(stdout).toMatch(words);
    expect(stdout).not.toContain('\u001b');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
  });

  test('contains the plan, its needs and its cost as JSON', async () => {
    const { stdout } = await plan(...shop, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      plan: { nodeType: 'cache.t4g.small', replicasPerShard: 1, multiAz: true, engine: 'valkey' },
      needs: { connections: 14 },
      monthly_cost_usd: { redis: { ofNodes: 46.72 }, valkey: { ofNodes: 37.38 } },
    });
  });

  test('reports missing prices for a region without price data', async () => {
    const { code, stdout } = await plan(...shop, '--region', 'eu-west-1');
    expect(code).toBe(0);
    expect(stdout).toMatch(/total +unknown +unknown/);
    expect(stdout).toContain('This version has no prices for eu-west-1');
  });
});

test('the table shows the four rows of the guide with the actual figures beside them', async () => {
  const { code, stdout } = await plan('--table');
  expect(code).toBe(0);
  for (const row of [
    /cache\.t4g\.small +1\.55 GB +1\.37 GiB +1\.03 GiB +~\$30 +\$23\.36 +\$18\.69/,
    /cache\.t4g\.medium +3\.09 GB +3\.09 GiB +2\.32 GiB +~\$60 +\$47\.45 +\$37\.96/,
    /cache\.r6g\.large +13\.07 GB +13\.07 GiB +9\.80 GiB +~\$120 +\$150\.38 +\$120\.30/,
    /cache\.r6g\.xlarge +26\.32 GB +26\.32 GiB +19\.74 GiB +~\$240 +\$300\.03 +\$240\.02/,
  ])
    expect(stdout).toMatch(row);
  expect(JSON.parse((await plan('--table', '--json')).stdout).rows).toHaveLength(4);
});

describe('a saved plan', () => {
  const saved = () => join(folder, 'plan.json');
  const change = (edit: (plan: Record<string, unknown>) => void) => {
    const value = JSON.parse(readFileSync(saved(), 'utf8'));
    edit(value);
    writeFileSync(saved(), JSON.stringify(value));
  };

  test('is valid when it is checked', async () => {
    expect((await plan(...shop, '--out', 'plan.json')).stdout).toContain('Saved as plan.json.');
    const { code, stdout } = await plan('--check', 'plan.json');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^plan\.json is valid\./);
  });

  test('is rejected with the code and the fix of every error', async () => {
    await plan(...shop, '--out', 'plan.json');
    change((it) => {
      it['nodeType'] = 'cache.t4g.large';
      it['maintenanceWindow'] = 'sun:04:00-sun:06:00';
    });
    const { code, stdout, stderr } = await plan('--check', 'plan.json');
    expect([code, stdout]).toEqual([1, '']);
    for (const words of [
      'it has 2 errors',
      'node_type_unknown (nodeType)',
      'Choose a recommended node type',
      'windows_overlap (maintenanceWindow)',
      'Start one when the other ends',
    ])
      expect(stderr).toContain(words);
    const json = JSON.parse((await plan('--check', 'plan.json', '--json')).stderr);
    expect(json.error.code).toBe('plan_refused');
  });

  test('is rejected if it has an unknown field', async () => {
    await plan(...shop, '--out', 'plan.json');
    change((it) => {
      it['nodetype'] = 'cache.t4g.small';
    });
    const { code, stderr } = await plan('--check', 'plan.json');
    expect(code).toBe(1);
    expect(stderr).toContain('"nodetype" is not a field of a plan.');
  });

  test('is rejected if it is missing, too large or not JSON', async () => {
    expect((await plan('--check', 'plan.json')).stderr).toContain('cannot be read');
    writeFileSync(saved(), 'no json');
    expect((await plan('--check', 'plan.json')).stderr).toContain('cannot be read');
    writeFileSync(saved(), ' '.repeat(70_000));
    expect((await plan('--check', 'plan.json')).stderr).toContain('it is too large');
  });

  test('is checked together with its AUTH token, which is never printed', async () => {
    await plan(...shop, '--out', 'plan.json');
    writeFileSync(join(folder, 'token'), 'short@token\n');
    const { code, stdout, stderr } = await plan('--check', 'plan.json', '--auth-token-file', 'token');
    expect(code).toBe(1);
    expect(stderr).toContain('auth_token_length');
    expect(stderr).toContain('auth_token_characters');
    expect(stdout + stderr).not.toContain('short@token');
    writeFileSync(join(folder, 'token'), 'a'.repeat(64));
    expect((await plan('--check', 'plan.json', '--auth-token-file', 'token')).code).toBe(0);
  });
});

describe('an invalid plan is rejected and not saved', () => {
  test.each([
    [
      'with more connections than REDIS_MAX_CONNECTIONS allows',
      ['--max-connections', '5'],
      'connection_budget',
    ],
    ['with a node type that does not exist', ['--node', 't4g.large'], 'node_type_unknown'],
    ['with a node that is too small', ['--node', 't4g.small', '--users', '20000'], 'node_too_small_network'],
    ['without backups', ['--backup-days', '0'], 'backups_off'],
    ['with a Global Datastore on T4g', ['--secondary-region', 'eu-west-1'], 'global_datastore_node'],
  ])('%s', async (_name, args, code) => {
    const result = await plan(...shop, ...args, '--out', 'plan.json');
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(code);
    expect(existsSync(join(folder, 'plan.json'))).toBe(false);
  });
});

test.each([
  [[]],
  [['--barbers', '0']],
  [['--barbers', 'eight']],
  [['--barbers', '8', '--engine', 'memcached']],
  [['--barbers', '8', '--region', 'Virginia']],
  [['--barbers', '8', '--name', 'No Such Name']],
])('plan %j is a usage error', async (args) => {
  const { code, stdout, stderr } = await plan(...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).not.toBe('');
});
