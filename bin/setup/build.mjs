import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { npm } from './npm.mjs';
import { cacheFolder, projectFolder } from './project.mjs';
import { step } from './steps.mjs';

const stampFile = join(cacheFolder, 'build-stamp');

/** Builds when a source has changed since the last build, or when what it made is gone. */
export async function buildWhenNeeded() {
  const sources = digestOfSources(projectFolder);
  if (isBuilt(sources)) return;
  removeStaleBuildInfo(projectFolder);
  await step('Building', () =>
    npm(['run', 'build'], {
      timeoutMs: 15 * 60_000,
      remediation: 'Mend what the compiler says, then try again.',
    }),
  );
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, JSON.stringify({ sources, made: outputFolders(projectFolder) }));
}

/**
 * The digest is one of contents, not of times: a clone, a checkout and a touch change times only. All sources
 * together are a few megabytes, which takes some ten milliseconds.
 *
 * @param {string} folder
 */
export function digestOfSources(folder) {
  const digest = createHash('sha256');
  for (const file of sourceFiles(folder)) digest.update(`${file}\0`).update(readFileSync(join(folder, file)));
  return digest.digest('hex');
}

/** What a build does not read, and what it makes. */
const ignoredFolders = new Set(['node_modules', 'dist', 'coverage', '.cache', '.data']);
const ignoredFiles = /\.test\.tsx?$|\.tsbuildinfo$|^\.|\.md$/;

/**
 * @param {string} folder
 * @returns {string[]}
 */
function sourceFiles(folder) {
  const root = readdirSync(folder).filter((name) => /^(tsconfig.*|package(-lock)?)\.json$/.test(name));
  const below = ['packages', 'apps'].filter((part) => existsSync(join(folder, part)));
  return [...root, ...below.flatMap((part) => filesBelow(folder, part))].sort();
}

/**
 * @param {string} folder
 * @param {string} part
 * @returns {string[]}
 */
function filesBelow(folder, part) {
  return readdirSync(join(folder, part), { withFileTypes: true }).flatMap((entry) => {
    const path = `${part}/${entry.name}`;
    if (entry.isDirectory()) return ignoredFolders.has(entry.name) ? [] : filesBelow(folder, path);
    return entry.isFile() && !ignoredFiles.test(entry.name) ? [path] : [];
  });
}

/** @param {string} sources */
function isBuilt(sources) {
  try {
    const stamp = JSON.parse(readFileSync(stampFile, 'utf8'));
    return (
      stamp.sources === sources &&
      stamp.made.every((/** @type {string} */ made) => existsSync(join(projectFolder, made)))
    );
  } catch {
    return false;
  }
}

/**
 * @param {string} folder
 * @returns {string[]} the dist folders of the workspaces
 */
function outputFolders(folder) {
  return workspaces(folder)
    .map((workspace) => `${workspace}/dist`)
    .filter((path) => existsSync(join(folder, path)));
}

/**
 * The compiler trusts its notes and does not look whether what it made is still there.
 *
 * @param {string} folder
 */
function removeStaleBuildInfo(folder) {
  for (const workspace of workspaces(folder)) {
    const path = join(folder, workspace);
    if (!existsSync(join(path, 'dist'))) rmSync(join(path, 'tsconfig.tsbuildinfo'), { force: true });
  }
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function workspaces(folder) {
  return ['packages', 'apps']
    .filter((part) => existsSync(join(folder, part)))
    .flatMap((part) => readdirSync(join(folder, part)).map((name) => `${part}/${name}`));
}
