import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { project } from '../../../tools/mutations/copy.ts';
import { pageFile, rulesPage } from '../../../tools/mutations/page.ts';
import { allRules } from '../../../tools/mutations/rules.ts';

const read = (file: string): string => readFileSync(join(project, file), 'utf8');

test('the page is up to date: npm run rules -- --page', () => {
  expect(read(pageFile)).toBe(rulesPage());
});

test('rules are numbered from 1 without gaps, and each has a mutation', () => {
  expect(allRules.map(({ number }) => number).sort((a, b) => a - b)).toEqual(allRules.map((_, i) => i + 1));
  expect(allRules.filter(({ mutations }) => mutations.length === 0)).toEqual([]);
});

describe.each(allRules.flatMap(({ number, mutations }) => mutations.map((one) => ({ number, ...one }))))(
  'rule $number, mutation: $off',
  ({ edits, fails }) => {
    test('occurs exactly once in the sources', () => {
      expect(edits).not.toEqual([]);
      for (const { file, from } of edits)
        expect(read(file).split(from).length - 1, `${file}: ${from}`).toBe(1);
    });

    test('names a test that exists', () => {
      expect(readdirSync(join(project, fails.file, '..'))).toContain(fails.file.split('/').at(-1));
      const quoted = [`'${fails.test}'`, `"${fails.test}"`, `\`${fails.test}\``];
      expect(
        quoted.some((title) => namedTests.includes(title)),
        fails.test,
      ).toBe(true);
    });
  },
);

/** The text of all tests: one file may run tests that another one defines. */
const namedTests = ['tests', 'packages/redis-tier/src']
  .flatMap((folder) =>
    readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(folder, name),
    ),
  )
  .filter((name) => name.endsWith('.ts'))
  .map(read)
  .join('\n');
