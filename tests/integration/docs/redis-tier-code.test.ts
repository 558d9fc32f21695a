import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { modulesOf, problemsIn } from './code-in-pages.ts';
import { documentedNames } from './documented-names.ts';

const tier = fileURLToPath(new URL('../../../packages/redis-tier', import.meta.url));
const docs = join(tier, 'docs');
const pages = [
  join(tier, 'README.md'),
  ...readdirSync(docs)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(docs, name)),
];

test('every block of TypeScript in the pages of redis-tier compiles against its sources', () => {
  const modules = pages.flatMap((page) => modulesOf(page, readFileSync(page, 'utf8')));
  expect(modules.length).toBeGreaterThan(5);
  expect(modules.filter(([, code]) => code.includes('@ts-'))).toEqual([]);
  const wrong = "Text\n\n```ts\nconst isReady = cache.ready(1);\nawait cache.set('key', isReady);\n```\n";
  const problems = problemsIn(
    new Map([
      [join(docs, 'documented-names.ts'), documentedNames],
      ...modules,
      // Shows that an error would be found.
      ...modulesOf(join(docs, 'wrong.md'), wrong),
    ]),
  );
  expect(problems).toEqual([
    expect.stringMatching(/wrong\.md\.3\.ts, line 5: Property 'set' does not exist/),
  ]);
});
