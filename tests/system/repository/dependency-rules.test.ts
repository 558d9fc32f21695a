import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';

// Each test runs a tool on the whole project.
vi.setConfig({ testTimeout: 300_000 });

const project = fileURLToPath(new URL('../../../', import.meta.url));
let copy: string;

/** The tests mutate a copy of the sources, so that no mutation can remain in the project. */
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'bookedbarber-rules-'));
  for (const name of readdirSync(project, { withFileTypes: true })) {
    const source = name.isFile() || ['packages', 'apps', 'dev'].includes(name.name);
    if (source)
      cpSync(join(project, name.name), join(copy, name.name), { recursive: true, filter: isSource });
  }
  symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

function isSource(path: string): boolean {
  return !['node_modules', 'dist', '.cache'].includes(basename(path));
}

/** Writes a file and removes it at the end of the test. */
function mutate(file: string, text: string): void {
  mkdirSync(dirname(join(copy, file)), { recursive: true });
  writeFileSync(join(copy, file), text);
  onTestFinished(() => rmSync(join(copy, file)));
}

function run(program: string, ...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(project, 'node_modules', program), ...args],
      { cwd: copy, timeout: 280_000 },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : 1, output: stdout + stderr }),
    );
  });
}

/** Checks files and all that they import. `npm run check` checks the whole project. */
const checkDependencies = (files: readonly string[]) =>
  run('dependency-cruiser/bin/dependency-cruise.mjs', '--config', '.dependency-cruiser.mjs', ...files);

const forbidden: [rule: string, folder: string, target: string][] = [
  ['redis-tier-core-independent', 'packages/redis-tier/src/core', '../health/index.ts'],
  ['redis-tier-memory-optional', 'packages/redis-tier/src/cache', '../memory/index.ts'],
  ['redis-tier-outboxes-without-redis', 'packages/redis-tier/src/postgres-outbox', '../jobs/index.ts'],
  ['elasticache-independent', 'packages/elasticache/src', '../../redis-tier/src/core/index.ts'],
  ['packages-independent-of-apps', 'packages/contract/src', '../../../apps/server/src/http/problem.ts'],
  ['no-imports-of-apps', 'apps/cli/src', '../../server/src/http/problem.ts'],
  ['domain-booking-independent', 'apps/server/src/booking', '../clients/clients.ts'],
  ['domain-notifications-independent', 'apps/server/src/notifications', '../booking/bookings.ts'],
  ['outbox-independent-of-domains', 'apps/server/src/outbox', '../clients/clients.ts'],
  ['environment-read-at-entry-points', 'apps/server/src/catalog', '../config/read-env.ts'],
  ['web-imports-only-contract', 'apps/web/src', '../../../packages/redis-tier/src/core/index.ts'],
];

// One run for all mutations, since a run takes seconds.
test('each forbidden import and a cycle of types are errors of their rules, and there are no other errors', async () => {
  for (const [, folder, target] of forbidden)
    mutate(`${folder}/planted.ts`, `import * as planted from '${target}';\nexport default planted;\n`);
  const cycle = 'apps/server/src/catalog/planted';
  mutate(
    `${cycle}-one.ts`,
    "import type { Two } from './planted-two.ts';\nexport type One = { two: Two };\n",
  );
  mutate(
    `${cycle}-two.ts`,
    "import type { One } from './planted-one.ts';\nexport type Two = { one: One };\n",
  );
  const planted = forbidden.map(([, folder]) => `${folder}/planted.ts`);
  const { code, output } = await checkDependencies([...planted, `${cycle}-one.ts`]);
  for (const [rule, folder] of forbidden) expect(output).toContain(`error ${rule}: ${folder}/planted.ts`);
  expect(output).toContain(`error no-cycles: ${cycle}-one.ts`);
  // A planted import can also break a second rule, so only the errors of other files are unexpected.
  const others = output
    .split('\n')
    .filter(
      (line) =>
        / error \S+: /.test(` ${line}`) && !/ error \S+: \S*\/planted(-one|-two)?\.ts/.test(` ${line}`),
    );
  expect([code, others]).toEqual([1, []]);
});

test('banned words and misspellings fail the spelling check', async () => {
  const banned = ['me', 'nd'].join('');
  const misspelled = 'appointment'.replace('me', 'm');
  mutate('dev/planted.md', `How to ${banned} an ${misspelled}.\n`);
  const { code, output } = await run('cspell/bin.mjs', '--no-progress', '--no-summary', 'dev/*.md');
  expect(output).toContain(`planted.md:1:8 - Forbidden word (${banned})`);
  expect(output).toContain(`Unknown word (${misspelled})`);
  expect(code).toBe(1);
});

test('a banned phrase in a comment and in a string fails the lint', async () => {
  const banned = ['sees', 'to it'].join(' ');
  mutate('dev/planted.mjs', `// The worker ${banned}.\nexport const text = 'The worker ${banned}.';\n`);
  const { code, output } = await run('eslint/bin/eslint.js', '--format', 'json', 'dev/planted.mjs');
  const [file] = JSON.parse(output) as { messages: { ruleId: string }[] }[];
  expect(file?.messages.map(({ ruleId }) => ruleId)).toEqual(['no-warning-comments', 'no-restricted-syntax']);
  expect(code).toBe(1);
});

test('a floating promise of pg or ioredis fails the lint', async () => {
  const mutations = {
    'planted-pg.ts':
      "import pg from 'pg';\nexport function f(client: pg.Client): void {\n  client.query('SELECT 1');\n}\n",
    'planted-ioredis.ts':
      "import { Redis } from 'ioredis';\nexport function f(redis: Redis): void {\n  redis.del('key');\n}\n",
  };
  // Reading the types of the whole project takes long, so the program consists of the planted files.
  const files = Object.keys(mutations).map((file) => `apps/server/src/${file}`);
  mutate('tsconfig.tests.json', JSON.stringify({ extends: './tsconfig.base.json', files }));
  for (const [file, text] of Object.entries(mutations)) mutate(`apps/server/src/${file}`, text);
  const { code, output } = await run('eslint/bin/eslint.js', '--format', 'json', ...files);
  const found = (JSON.parse(output) as { filePath: string; messages: { ruleId: string }[] }[]).map(
    ({ filePath, messages }) => [basename(filePath), messages.map(({ ruleId }) => ruleId)],
  );
  expect(Object.fromEntries(found)).toEqual({
    'planted-pg.ts': ['@typescript-eslint/no-floating-promises'],
    'planted-ioredis.ts': ['@typescript-eslint/no-floating-promises'],
  });
  expect(code).toBe(1);
});
