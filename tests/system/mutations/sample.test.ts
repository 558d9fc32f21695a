import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { project } from '../../../tools/mutations/copy.ts';
import { instrument, runsOnLoad } from '../../../tools/mutations/sample/instrument.ts';
import { type Mutant, mutantsOf } from '../../../tools/mutations/sample/mutators.ts';

const file = 'packages/example/src/example.ts';
const replacements = (source: string) =>
  mutantsOf(file, source).map(({ original, replacement }) => `${original} → ${replacement}`);

describe('mutants', () => {
  test.each([
    ['const late = a < b && c;', ['&& → ||', '< → <=', '< → >=']],
    ['if (a) stop();', ['a → true', 'a → false', 'stop(); → ;']],
    ['const one = list.filter(isOpen).some(isFree);', ['some → every', 'list.filter(isOpen) → list']],
    ['const wait = given ?? 5;', ['given ?? 5 → given', '5 → (5 * 2)']],
    [
      'query(`SELECT a FROM b WHERE c < $1 AND d`);',
      ['query(`SELECT a FROM b WHERE c < $1 AND d`); → ;', '< → <=', 'AND → OR'],
    ],
    ["const script = \"redis.call('GET', 'a') and 2\";", ['and → or', '2 → 7']],
  ])('of %s are %j', (source, expected) => {
    expect(replacements(source)).toEqual(expected);
  });

  test('leave types, imports, logs and texts for people alone', () => {
    const source = `import { a } from './a-1.ts';
type Size = 1 | 2;
this.#logger.warn(\`\${2} left\`);
const text = 'More than 5 < 6 and true';`;
    expect(replacements(source)).toEqual([]);
  });

  test('are at the line and the text that they name', () => {
    const source = 'const a = 1;\nconst late = a < 5;\n';
    const [mutant] = mutantsOf(file, source).filter(({ original }) => original === '<');
    expect(mutant).toMatchObject({ line: 2, original: '<', replacement: '<=' });
    expect(source.slice(mutant?.start, mutant?.end)).toBe('<');
  });
});

describe('all sources', () => {
  const sources = ['packages', 'apps']
    .flatMap((part) =>
      readdirSync(join(project, part), { recursive: true, encoding: 'utf8' }).map((it) => join(part, it)),
    )
    .filter((path) => /\/src\/.*\.tsx?$/.test(path) && !/node_modules|\.test\.|\.d\.ts$/.test(path))
    .map((path) => ({ path, source: readFileSync(join(project, path), 'utf8') }));
  const mutated = sources.flatMap(({ path, source }) => {
    // One mutant of each file, chosen by its length, since all of them take minutes.
    const mutants = mutantsOf(path, source);
    return mutants.length === 0
      ? []
      : [{ source, mutant: mutants[source.length % mutants.length] as Mutant }];
  });

  test('with one mutant each are valid TypeScript', () => {
    expect(mutated.length).toBeGreaterThan(300);
    const invalid = mutated.filter(
      ({ source, mutant: { file: path, start, end, replacement } }) =>
        syntaxErrors(path, source.slice(0, start) + replacement + source.slice(end)) > 0,
    );
    expect(invalid.map(({ mutant }) => mutant)).toEqual([]);
  });

  test('with calls of the recorder are valid TypeScript', () => {
    const invalid = sources
      .map(({ path, source }) => {
        const mutants = mutantsOf(path, source).map((mutant, number) => [number, mutant] as const);
        return { path, text: instrument(path, source, mutants, [1, 2], 'file:///recorder.mjs') };
      })
      .filter(({ path, text }) => syntaxErrors(path, text) > 0);
    expect(invalid.map(({ path }) => path)).toEqual([]);
  });
});

test.each([
  ['const limit = 5;', true],
  ['function limit() { return 5; }', false],
  ['class A { limit = 5; }', true],
])('a mutant in %s runs when the module is loaded: %s', (source, expected) => {
  const [mutant] = mutantsOf(file, source);
  expect(mutant && runsOnLoad(source, mutant)).toBe(expected);
});

function syntaxErrors(path: string, text: string): number {
  const { diagnostics } = ts.transpileModule(text, {
    fileName: path,
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      jsx: ts.JsxEmit.ReactJSX,
    },
  });
  return diagnostics?.length ?? 0;
}
