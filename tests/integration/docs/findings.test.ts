import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const project = fileURLToPath(new URL('../../../', import.meta.url));

function textsBelow(folder: string): string[] {
  return readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(project, folder, name), 'utf8'));
}

/** `code: 'one'`, also of a condition: `code: isSo ? 'one' : 'other'`. */
function codesIn(text: string): string[] {
  const values = [...text.matchAll(/\bcode: ([^,;{}]*'[a-z_]+')/g)].map((match) => match[1] ?? '');
  return values.flatMap((value) =>
    [...value.matchAll(/'([a-z]+(?:_[a-z]+)+)'/g)].map((match) => match[1] ?? ''),
  );
}

test('every code of doctor and verify is in the reference, and nothing else', () => {
  const found = ['doctor', 'verify', 'checks']
    .flatMap((name) => textsBelow(`apps/cli/src/${name}`))
    .flatMap(codesIn);
  const page = readFileSync(join(project, 'docs/reference/findings.md'), 'utf8');
  const told = [...page.matchAll(/^\| `([a-z_]+)` \|/gm)].map((match) => match[1] ?? '');
  expect(new Set(found).size).toBeGreaterThan(50);
  expect([...new Set(told)].sort()).toEqual([...new Set(found)].sort());
});
