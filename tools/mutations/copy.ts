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

const foldersOfSource = ['packages', 'apps', 'dev', 'tests', 'tools'];
const notSource = ['node_modules', 'dist', '.cache', '.data'];
const ownPackages = '@bookedbarber';

/**
 * Copies the sources into a temporary folder: a mistake that is planted there cannot stay behind. Installed packages are
 * linked, but for our own, which the copy takes from itself.
 */
export function copyProject(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'bookedbarber-switched-off-'));
  const isSource = (path: string): boolean => !notSource.includes(basename(path));
  for (const entry of readdirSync(project, { withFileTypes: true }))
    if (entry.isFile() || foldersOfSource.includes(entry.name))
      cpSync(join(project, entry.name), join(folder, entry.name), { recursive: true, filter: isSource });
  linkPackages(folder, '.');
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
      // These links lead to `../../packages/…` and mean the copy's.
      cpSync(join(installed, name), join(folder, inside, 'node_modules', name), {
        recursive: true,
        verbatimSymlinks: true,
      });
    else if (!name.startsWith('.vite'))
      symlinkSync(join(installed, name), join(folder, inside, 'node_modules', name));
}

/**
 * Makes the edits beneath `folder`, and returns what undoes them.
 *
 * @throws Error when a file does not have, once, what is to be changed
 */
export function applyEdits(folder: string, edits: readonly Edit[]): () => void {
  const before = new Map<string, string>();
  for (const { file, from, to } of edits) {
    const path = join(folder, file);
    const source = readFileSync(path, 'utf8');
    if (source.split(from).length !== 2) throw new Error(`${file} does not have once: ${from}`);
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
