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

/** Codes in `code: 'one'`, and in conditions such as `code: isFirst ? 'one' : 'other'`. */
function codesIn(text: string): string[] {
  const values = [...text.matchAll(/\bcode: ([^,;{}]*'[a-z_]+')/g)].map((match) => match[1] ?? '');
  return values.flatMap((value) =>
    [...value.matchAll(/'([a-z]+(?:_[a-z]+)+)'/g)].map((match) => match[1] ?? ''),
  );
}

test('the reference lists exactly the codes of doctor and verify', () => {
  const found = ['doctor', 'verify', 'shared/checks']
    .flatMap((name) => textsBelow(`apps/cli/src/${name}`))
    .flatMap(codesIn);
  const page = readFileSync(join(project, 'docs/reference/findings.md'), 'utf8');
  const documented = [...page.matchAll(/^\| `([a-z_]+)` \|/gm)].map((match) => match[1] ?? '');
  expect(new Set(found).size).toBeGreaterThan(50);
  expect([...new Set(documented)].sort()).toEqual([...new Set(found)].sort());
});
