/**
 * Records which mutants each test file reaches, also in processes that a test starts. `testFileStarts` runs in the
 * worker of Vitest; other processes find the test file through their parent processes (Linux only).
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The copy of this file is in the folder of the records. */
const folder = fileURLToPath(new URL('.', import.meta.url));
/** @type {Set<string>} */
const recorded = new Set();
/** @type {string | undefined} */
let current;

/** @param {string} testFile */
export function testFileStarts(testFile) {
  current = testFile;
  writeFileSync(join(folder, `process-${process.pid}`), testFile);
}

/** @param {number} number */
export function reached(number) {
  current ??= testFileOfParent(process.ppid) ?? 'unknown';
  const line = `${number} ${current}\n`;
  if (recorded.has(line)) return;
  recorded.add(line);
  appendFileSync(join(folder, 'reached'), line);
}

/** @param {number} pid @returns {string | undefined} */
function testFileOfParent(pid) {
  for (let at = pid; at > 1; at = parentOf(at)) {
    const file = join(folder, `process-${at}`);
    if (existsSync(file)) return readFileSync(file, 'utf8');
  }
  return undefined;
}

/** @param {number} pid @returns {number} 0 when it has ended */
function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}
