import { readFile } from 'node:fs/promises';
import { factsPage, runbook } from '@bookedbarber/elasticache';
import { expect, test } from 'vitest';

const page = (name: string) => readFile(new URL(`../../../docs/reference/${name}`, import.meta.url), 'utf8');

test.each([
  ['elasticache.md', factsPage],
  ['runbook.md', runbook],
])('%s matches its source; update it with node dev/reference-pages.mjs', async (name, generate) => {
  expect(await page(name)).toBe(generate());
});

test('every fact on the page has a source', () => {
  expect(factsPage()).not.toMatch(/\| \? \|/);
});
