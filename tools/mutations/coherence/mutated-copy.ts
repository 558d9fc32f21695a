import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FleetProgram } from '../../../packages/redis-tier/src/testing/index.ts';
import type { CacheMutation } from './mutations.ts';

const project = fileURLToPath(new URL('../../../', import.meta.url));
const memberProcess = 'src/testing/coherence/member-process.ts';

/** Runs TypeScript without a build. */
export const execArgv = ['--import', 'tsx'];

/** The unchanged program of a fleet's process. */
export const unmutatedProgram: FleetProgram = {
  file: join(project, 'packages/redis-tier', memberProcess),
  execArgv,
};

/**
 * Creates a copy of the package's sources and applies a mutation to it.
 *
 * @throws Error when the text to replace does not occur exactly once
 */
export function mutate({ name, edits }: CacheMutation): { program: FleetProgram; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'bookedbarber-mutation-'));
  cpSync(join(project, 'packages/redis-tier/src'), join(folder, 'src'), { recursive: true });
  cpSync(join(project, 'packages/redis-tier/package.json'), join(folder, 'package.json'));
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'));
  for (const { file, from, to } of edits) {
    const source = readFileSync(join(folder, file), 'utf8');
    if (source.split(from).length !== 2)
      throw new Error(`${name}: ${file} does not contain exactly once: ${from}`);
    writeFileSync(
      join(folder, file),
      source.replace(from, () => to),
    );
  }
  return {
    program: { file: join(folder, memberProcess), execArgv },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
