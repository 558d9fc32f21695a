import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { writeSource } from './copies.ts';
import { Importers } from './importers.ts';
import { instrument, runsOnLoad } from './instrument.ts';
import type { Mutant } from './mutators.ts';
import { runTests } from './test-run.ts';

export type Reach = {
  /** The test files that reach each mutant, by its index. */
  readonly filesOf: readonly ReadonlySet<string>[];
  /** Durations of the test files in ms. */
  readonly durations: ReadonlyMap<string, number>;
  /** Test files that fail without a mutant. They are left out. */
  readonly failedFiles: readonly string[];
};

/**
 * Runs all tests of `projects` once on instrumented sources, to find the test files that reach each mutant. A mutant that
 * runs when its module is loaded is reached by the test files that run a function of the module or, if it has only
 * constants, of a module that imports it.
 *
 * @throws Error when no test can run
 */
export async function findReach(
  folder: string,
  mutants: readonly Mutant[],
  files: readonly string[],
  projects: readonly string[],
): Promise<Reach> {
  const records = mkdtempSync(join(tmpdir(), 'bookedbarber-reach-'));
  const recorder = join(records, 'recorder.mjs');
  copyFileSync(fileURLToPath(new URL('recorder.mjs', import.meta.url)), recorder);
  const restore = instrumentAll(folder, mutants, files, pathToFileURL(recorder).href);
  try {
    const config = recordingConfig(folder, pathToFileURL(recorder).href);
    const args = ['--config', config, ...projects.map((name) => `--project=${name}`)];
    const { durations, failure, failedFiles } = await runTests(folder, args, 3_600_000);
    if (durations.size === 0) throw new Error(`The tests without a mutant: ${failure}`);
    const passed = new Map([...durations].filter(([file]) => !failedFiles.includes(file)));
    return { filesOf: readRecords(join(records, 'reached'), mutants.length), durations: passed, failedFiles };
  } finally {
    restore();
    rmSync(records, { recursive: true, force: true });
  }
}

function instrumentAll(
  folder: string,
  mutants: readonly Mutant[],
  files: readonly string[],
  recorderUrl: string,
): () => void {
  const inFile = new Map<string, [number, Mutant][]>();
  const everyFunction = new Map<string, number[]>();
  const push = <T>(map: Map<string, T[]>, file: string, value: T) =>
    map.set(file, [...(map.get(file) ?? []), value]);
  const importers = new Importers(files);
  for (const [number, mutant] of mutants.entries()) {
    const source = readFileSync(join(folder, mutant.file), 'utf8');
    if (!runsOnLoad(source, mutant)) push(inFile, mutant.file, [number, mutant]);
    else for (const file of importers.withFunctions(mutant.file)) push(everyFunction, file, number);
  }
  const undo = [...new Set([...inFile.keys(), ...everyFunction.keys()])].map((file) => {
    const source = readFileSync(join(folder, file), 'utf8');
    const numbers = everyFunction.get(file) ?? [];
    return writeSource(folder, file, instrument(file, source, inFile.get(file) ?? [], numbers, recorderUrl));
  });
  return () => {
    for (const restore of undo) restore();
  };
}

/** Writes a configuration that runs the same projects and reports each test file to the recorder. */
function recordingConfig(folder: string, recorderUrl: string): string {
  writeFileSync(
    join(folder, 'recording-setup.mjs'),
    `import { beforeAll, expect } from 'vitest';
import { testFileStarts } from ${JSON.stringify(recorderUrl)};
const start = () => testFileStarts(expect.getState().testPath.slice(${folder.length + 1}));
start();
beforeAll(start);\n`,
  );
  const file = join(folder, 'vitest.recording.config.ts');
  writeFileSync(
    file,
    `import config from './vitest.config.ts';
for (const { test } of config.test.projects) test.setupFiles = [${JSON.stringify(join(folder, 'recording-setup.mjs'))}];
export default config;\n`,
  );
  return file;
}

function readRecords(file: string, count: number): Set<string>[] {
  const reached = Array.from({ length: count }, () => new Set<string>());
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  for (const line of lines) {
    const [number, testFile] = line.split(' ');
    if (testFile !== undefined) reached[Number(number)]?.add(testFile);
  }
  return reached;
}
