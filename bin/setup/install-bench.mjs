import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './npm.mjs';
import { projectFolder, sha256 } from './project.mjs';
import { step } from './steps.mjs';

const folder = join(projectFolder, 'tools/bench');
const stampFile = join(folder, 'node_modules/.bookedbarber-lock');

/**
 * Installs what `tools/bench/` compares with, when it is not there as its lockfile says. Nothing else needs it, but for the
 * check of its types.
 */
export async function installBenchWhenNeeded() {
  const stamp = sha256(readFileSync(join(folder, 'package-lock.json')));
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  await step('Installing the packages of tools/bench/', () =>
    npm(['ci', '--prefix', 'tools/bench', '--ignore-scripts', '--no-audit', '--no-fund'], {
      timeoutMs: 10 * 60_000,
      remediation: 'Check the network and the registry that npm uses (`npm ping`), then try again.',
    }),
  );
  writeFileSync(stampFile, stamp);
}
