import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';

// Each starts a program that looks at the whole project.
vi.setConfig({ testTimeout: 120_000 });

const project = fileURLToPath(new URL('../../', import.meta.url));
let copy: string;

/** The rules are tried on a copy of the sources, so that a planted fault can never stay behind. */
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'bookedbarber-rules-'));
  for (const name of readdirSync(project, { withFileTypes: true })) {
    const source = name.isFile() || ['packages', 'apps', 'bin'].includes(name.name);
    if (source)
      cpSync(join(project, name.name), join(copy, name.name), { recursive: true, filter: isSource });
  }
  symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

function isSource(path: string): boolean {
  return !['node_modules', 'dist', '.cache'].includes(basename(path));
}

/** Until the end of the test, however it ends. */
function plant(file: string, text: string): void {
  mkdirSync(dirname(join(copy, file)), { recursive: true });
  writeFileSync(join(copy, file), text);
  onTestFinished(() => rmSync(join(copy, file)));
}

function run(program: string, ...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(project, 'node_modules', program), ...args],
      { cwd: copy, timeout: 120_000 },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : 1, output: stdout + stderr }),
    );
  });
}

const arrows = () =>
  run(
    'dependency-cruiser/bin/dependency-cruise.mjs',
    '--config',
    '.dependency-cruiser.mjs',
    'packages',
    'apps',
  );

describe('the arrows', () => {
  test.each([
    ['redis-tier-core-is-its-bottom', 'packages/redis-tier/src/core', '../health/index.ts'],
    ['elasticache-stands-alone', 'packages/elasticache/src', '../../redis-tier/src/core/index.ts'],
    ['packages-know-no-apps', 'packages/contract/src', '../../../apps/server/src/problem.ts'],
    ['nothing-imports-apps', 'apps/cli/src', '../../server/src/problem.ts'],
    ['domain-booking-stands-alone', 'apps/server/src/booking', '../clients/clients.ts'],
    ['domain-notifications-stands-alone', 'apps/server/src/notifications', '../booking/bookings.ts'],
    ['outbox-is-beneath-the-domains', 'apps/server/src/outbox', '../clients/clients.ts'],
    ['environment-is-read-once', 'apps/server/src/catalog', '../config/read-env.ts'],
    ['web-takes-only-the-contract', 'apps/web/src', '../../../packages/redis-tier/src/core/index.ts'],
  ])('%s: a planted import turns the check red', async (rule, folder, target) => {
    plant(`${folder}/planted.ts`, `import * as planted from '${target}';\nexport default planted;\n`);
    const { code, output } = await arrows();
    expect(output).toContain(`${rule}: ${folder}/planted.ts`);
    expect(code).toBe(1);
  });

  test('a copy without a planted fault is clean', async () => {
    const { code, output } = await arrows();
    expect(code, output).toBe(0);
  });
});

test.each([
  [
    'pg',
    "import pg from 'pg';\nexport function f(client: pg.Client): void {\n  client.query('SELECT 1');\n}\n",
  ],
  [
    'ioredis',
    "import { Redis } from 'ioredis';\nexport function f(redis: Redis): void {\n  redis.del('key');\n}\n",
  ],
])('a planted promise of %s that nobody waits for turns the lint red', async (_library, text) => {
  plant('apps/server/src/planted.ts', text);
  const { code, output } = await run('eslint/bin/eslint.js', 'apps/server/src/planted.ts');
  expect(output).toContain('no-floating-promises');
  expect(code).toBe(1);
});
