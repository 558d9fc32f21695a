/**
 * `node dev/lockfile.mjs`: completes package-lock.json after an `npm install` (setup/lockfile.mjs says with what).
 * With `--check` it changes nothing and fails when there is something to complete.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { completeLockfile } from './setup/lockfile.mjs';
import { projectFolder } from './setup/project.mjs';

const file = join(projectFolder, 'package-lock.json');
const { text, added, unclear } = completeLockfile(readFileSync(file, 'utf8'));
const check = process.argv.includes('--check');
if (!check && added.length > 0) writeFileSync(file, text);
for (const name of added) process.stdout.write(`${check ? 'missing' : 'added'}: ${name}\n`);
for (const name of unclear) process.stdout.write(`missing, and not known for which platform: ${name}\n`);
if (check && added.length > 0) process.stdout.write('Complete it: node dev/lockfile.mjs\n');
process.exitCode = unclear.length > 0 || (check && added.length > 0) ? 1 : 0;
