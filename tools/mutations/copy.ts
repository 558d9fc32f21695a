import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Edit } from './rule.ts';

export const project = fileURLToPath(new URL('../../', import.meta.url));

const foldersOfSource = ['packages', 'apps', 'dev', 'tests', 'tools', 'infra', 'docs', '.ci', '.github'];
const notSource = ['node_modules', 'dist', '.cache', '.data'];
const ownPackages = '@bookedbarber';

/**
 * Copies the sources into a temporary folder, so that a mutation cannot remain in the real ones. Installed packages are
 * linked, except for the workspaces, which are those of the copy.
 */
export function copyProject(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'bookedbarber-mutations-'));
  const isSource = (path: string): boolean => !notSource.includes(basename(path));
  for (const entry of readdirSync(project, { withFileTypes: true }))
    if (entry.isFile() || foldersOfSource.includes(entry.name))
      cpSync(join(project, entry.name), join(folder, entry.name), { recursive: true, filter: isSource });
  for (const inside of ['.', 'infra']) linkPackages(folder, inside);
  for (const inside of ['packages', 'apps'])
    for (const name of readdirSync(join(folder, inside))) linkPackages(folder, join(inside, name));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function linkPackages(folder: string, inside: string): void {
  const installed = join(project, inside, 'node_modules');
  let names: string[];
  try {
    names = readdirSync(installed);
  } catch {
    return;
  }
  mkdirSync(join(folder, inside, 'node_modules'));
  for (const name of names)
    if (name === ownPackages)
      // Relative links to `../../packages/…`, which resolve inside the copy.
      cpSync(join(installed, name), join(folder, inside, 'node_modules', name), {
        recursive: true,
        verbatimSymlinks: true,
      });
    else if (!name.startsWith('.vite'))
      symlinkSync(join(installed, name), join(folder, inside, 'node_modules', name));
}

/**
 * Applies the edits in `folder` and returns a function that undoes them.
 *
 * @throws Error when the text to replace does not occur exactly once
 */
export function applyEdits(folder: string, edits: readonly Edit[]): () => void {
  const before = new Map<string, string>();
  for (const { file, from, to } of edits) {
    const path = join(folder, file);
    const source = readFileSync(path, 'utf8');
    if (source.split(from).length !== 2) throw new Error(`${file} does not contain exactly once: ${from}`);
    if (!before.has(path)) before.set(path, source);
    writeFileSync(
      path,
      source.replace(from, () => to),
    );
  }
  return () => {
    for (const [path, source] of before) writeFileSync(path, source);
  };
}
