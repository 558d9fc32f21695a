/**
 * A step of `npm run check`: checks the OpenAPI document with Redocly's recommended rules. Warnings are errors.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeDocument } from './document.ts';

const redocly = fileURLToPath(import.meta.resolve('@redocly/cli/bin/cli.js'));
const folder = mkdtempSync(join(tmpdir(), 'bookedbarber-openapi-'));
try {
  writeFileSync(join(folder, 'openapi.json'), await makeDocument());
  const args = [redocly, 'lint', 'openapi.json', '--extends=recommended-strict', '--format=stylish'];
  // Prevents Redocly from sending usage data and from looking for a newer version in the registry.
  const quiet = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  const { status } = spawnSync(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, ...quiet },
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
