/**
 * Errors, guides and pages name commands that fix a problem. Each of these commands, and each of its options, must
 * exist.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { runCommand } from '../../support/bookedbarber.ts';

const project = fileURLToPath(new URL('../../../', import.meta.url));
const groups = ['shop', 'import', 'messages'];

type Named = { readonly file: string; readonly verb: string; readonly options: readonly string[] };

/** Sources, docs and README files of a folder, except tests, dependencies and build output. */
function* textsOf(folder: string): Generator<string> {
  for (const entry of readdirSync(join(project, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!/^(node_modules|dist|test|cdk\.out)$/.test(entry.name)) yield* textsOf(path);
    } else if (/\.(md|mjs|tsx?)$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name)) yield path;
  }
}

/** A command ends at the end of the quotation or the line. */
function* commandsIn(file: string, verbs: ReadonlySet<string>): Generator<Named> {
  const text = readFileSync(join(project, file), 'utf8').replaceAll('\\\n', ' ');
  for (const [, first = '', second = '', rest = ''] of text.matchAll(
    /\bbookedbarber ([a-z]+)(?: ([a-z]+))?([^`'"\n]*)/g,
  )) {
    const verb = groups.includes(first) ? `${first} ${second}` : first;
    const options = rest.match(/--[a-z][a-z-]+/g) ?? [];
    // "bookedbarber is not built yet" is not a command, but anything with options is.
    if (verbs.has(verb) || options.length > 0) yield { file, verb, options };
  }
}

const optionsOf = new Map<string, ReadonlySet<string>>();
beforeAll(async () => {
  const listed = async (args: string[]) => {
    const { stdout } = await runCommand([...args, '--help']);
    const commands = stdout.split(/^Commands:$/m)[1]?.split(/\n\n/)[0] ?? '';
    return [...commands.matchAll(/^ {2}([a-z]+)/gm)]
      .map(([, name = '']) => name)
      .filter((name) => name !== 'help');
  };
  for (const verb of await listed([])) {
    const paths = groups.includes(verb) ? (await listed([verb])).map((name) => [verb, name]) : [[verb]];
    for (const path of paths) {
      const { stdout } = await runCommand([...path, '--help']);
      optionsOf.set(path.join(' '), new Set(stdout.match(/--[a-z][a-z-]+/g)));
    }
  }
});

test('every command in a text exists and has the options in the text', () => {
  const verbs = new Set(optionsOf.keys());
  expect(verbs.size).toBeGreaterThan(15);
  const named = ['apps', 'packages', 'infra', 'docs', 'dev'].flatMap((folder) =>
    [...textsOf(folder)].flatMap((file) => [...commandsIn(file, verbs)]),
  );
  named.push(...commandsIn('README.md', verbs));
  expect(named.length).toBeGreaterThan(100);
  const wrong = named.flatMap(({ file, verb, options }) =>
    options
      .filter((option) => optionsOf.get(verb)?.has(option) !== true)
      .map((option) => `${file}: bookedbarber ${verb} ${option}`),
  );
  expect(wrong).toEqual([]);
});
