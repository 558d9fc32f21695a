import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { project } from '../../../tools/mutations/copy.ts';
import { pageFile, rulesPage } from '../../../tools/mutations/page.ts';
import { allRules } from '../../../tools/mutations/rules.ts';

const read = (file: string): string => readFileSync(join(project, file), 'utf8');

test('the page of the rules is what the list makes: npm run rules -- --page', () => {
  expect(read(pageFile)).toBe(rulesPage());
});

test('rules are called 1, 2, 3 and so on, and each is switched off in some way', () => {
  expect(allRules.map(({ number }) => number).sort((a, b) => a - b)).toEqual(allRules.map((_, i) => i + 1));
  expect(allRules.filter(({ mutations }) => mutations.length === 0)).toEqual([]);
});

describe.each(allRules.flatMap(({ number, mutations }) => mutations.map((one) => ({ number, ...one }))))(
  'rule $number, switched off: $off',
  ({ edits, fails }) => {
    test('the sources still have what is changed, once', () => {
      for (const { file, from } of edits)
        expect(read(file).split(from).length - 1, `${file}: ${from}`).toBe(1);
    });

    test('the test that fails for it is there', () => {
      expect(readdirSync(join(project, fails.file, '..'))).toContain(fails.file.split('/').at(-1));
      expect(namedTests).toContain(fails.test);
    });
  },
);

/** All that tests are made of: one file may run what another one names. */
const namedTests = ['tests', 'packages/redis-tier/src']
  .flatMap((folder) =>
    readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(folder, name),
    ),
  )
  .filter((name) => name.endsWith('.ts') && !name.includes('switched-off'))
  .map(read)
  .join('\n');
