import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type PackedProject, packProject, runNode, tools, versionOf } from './packed-project.ts';

/** The lower end of the range of the peer dependency. */
const oldestRedisClient = 'ioredis@5.2.5';

let packed: PackedProject;
let project: string;
let olderClient: string;

beforeAll(async () => {
  packed = await packProject();
  const nodeTypes = versionOf('@types/node');
  project = await packed.install('app', [versionOf('ioredis'), nodeTypes, 'jest@30.5.2']);
  olderClient = await packed.install('older-client', [oldestRedisClient]);
  writeFileSync(join(project, 'readme.mts'), programOfReadme());
  writeFileSync(join(project, 'types.cts'), commonJs);
  writeFileSync(join(olderClient, 'two-copies.mts'), twoCopies);
  // Installing hundreds of packages takes minutes on a busy machine.
}, 600_000);
afterAll(() => packed?.remove());

const installed = (...path: string[]): string =>
  join(project, 'node_modules/@bookedbarber/redis-tier', ...path);
const read = (path: string): string => readFileSync(installed(path), 'utf8');
const run = (folder: string, ...args: string[]): Promise<string> =>
  runNode(folder, args, { REDIS_URL: inject('redisUrl') });

/** The first program of the README, with the server of the tests and names of its own. */
function programOfReadme(): string {
  const [, program = ''] = /```ts\n(.+?)```/s.exec(read('README.md')) ?? [];
  const edits = [
    ['redis://127.0.0.1:6379', inject('redisUrl')],
    ['createCache({', `createCache({ prefix: 'readme-${process.pid}',`],
  ] as const;
  return edits.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  }, program);
}

/** This repository's own options do not allow this syntax. */
const commonJs = `
import { type Cache, createCache } from '@bookedbarber/redis-tier';
import { createLimiter } from '@bookedbarber/redis-tier/limits';

export const cache: Cache<'menu'> = createCache({ redis: null as never, policies: { menu: { ttlMs: 60_000 } } });
export const limiter = createLimiter({
  redis: null,
  limits: { pages: { windows: { perMinute: 10 }, onOutage: 'local' } },
});
`;

/** The application has another copy of ioredis, of another version, than the package. */
const twoCopies = `
import { createCache, createLimiter } from '@bookedbarber/redis-tier';
import { Cluster, Redis } from '../app/node_modules/ioredis/built/index.js';

createCache({ redis: new Redis(), policies: { menu: { ttlMs: 60_000 } } });
createLimiter({ redis: new Cluster([]), limits: { pages: { windows: { perMinute: 10 }, onOutage: 'local' } } });
`;

describe('the packed package', () => {
  test('contains its license, its documents and no tests', () => {
    const documents = ['LICENSE', 'README.md', 'CHANGELOG.md', 'docs/limits.md', 'examples/quick-start.ts'];
    expect(packed.files).toEqual(expect.arrayContaining(documents));
    expect(packed.files.filter((file) => /\.test\.|tsbuildinfo|tsconfig|prepack/.test(file))).toEqual([]);
  });

  test('contains the sources of its source maps', () => {
    const maps = packed.files.filter((file) => file.endsWith('.map'));
    expect(maps.length).toBeGreaterThan(100);
    for (const map of maps)
      for (const source of (JSON.parse(read(map)) as { sources: string[] }).sources)
        expect(existsSync(installed(dirname(map), source)), `${map}: ${source}`).toBe(true);
  });

  test('has no links to files that it does not contain', () => {
    for (const file of packed.files.filter((name) => name.endsWith('.md')))
      for (const [, link = ''] of read(file).matchAll(/\]\((?!https?:)([^)#]+)/g))
        expect(existsSync(installed(dirname(file), link)), `${file}: ${link}`).toBe(true);
  });

  test('has entry points that exist and match their module formats', async () => {
    expect((await publint({ pkgDir: installed(), pack: false, strict: true })).messages).toEqual([]);
  });
});

describe('the package works, without BullMQ,', () => {
  const expected = '2 2 true true\n';

  test('in an ES module', async () => {
    expect(existsSync(join(project, 'node_modules/bullmq'))).toBe(false);
    expect(await run(project, 'module.mjs')).toBe(expected);
  });

  test('in a CommonJS module', async () => {
    expect(await run(project, 'commonjs.cjs')).toBe(expected);
  });

  test('in a bundle', async () => {
    const options = ['--bundle', '--platform=node', '--outfile=bundle.cjs', '--log-level=error'];
    await run(project, tools.esbuild, 'module.mjs', ...options);
    expect(await run(packed.folder, join(project, 'bundle.cjs'))).toBe(expected);
  });

  test('in Jest with its defaults', async () => {
    const output = await run(project, 'node_modules/jest/bin/jest.js', 'jest.test.cjs');
    expect(output).toContain('1 passed');
    expect(output).not.toContain('did not exit');
  });

  test('in Vitest with fake timers', async () => {
    const output = await run(project, tools.vitest, 'run', '--globals', '--root', project, 'vitest.test.mjs');
    expect(output).toContain('1 passed');
  });

  test('as the README shows it', async () => {
    expect(await run(project, '--import', tools.tsx, 'readme.mts')).toMatch(
      /^miss 480\n(local|remote) 480\nmiss 520\n$/,
    );
  });
});

describe('the types are correct', () => {
  /** Checks all declarations, except those of TypeScript itself. */
  const strict = [
    '--strict',
    '--exactOptionalPropertyTypes',
    '--noUncheckedIndexedAccess',
    '--skipDefaultLibCheck',
  ];
  const check = (folder: string, files: readonly string[], ...resolution: string[]): Promise<string> => {
    const types = ['--types', 'node', '--typeRoots', join(project, 'node_modules/@types')];
    const options = ['--noEmit', '--target', 'es2022', ...strict, ...types, ...resolution];
    return run(folder, tools.compiler, ...options, ...files);
  };

  test('in ES and CommonJS modules', async () => {
    const files = ['types.mts', 'types.cts', 'readme.mts'];
    expect(await check(project, files, '--module', 'nodenext')).toBe('');
  });

  test('for a bundler', async () => {
    expect(await check(project, ['types.mts'], '--module', 'esnext', '--moduleResolution', 'bundler')).toBe(
      '',
    );
  });

  test('with the oldest client, and with two copies of it', async () => {
    const files = ['types.mts', 'two-copies.mts'];
    expect(await check(olderClient, files, '--module', 'nodenext')).toBe('');
  });
});

test('the cache and the limiter fulfill their contracts with the oldest client', async () => {
  expect(await run(olderClient, 'contracts.mjs')).toMatch(/^\d\d contracts\n$/);
});
