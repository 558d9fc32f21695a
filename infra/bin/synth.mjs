#!/usr/bin/env node
/** Synthesizes the templates of a deployment: see --help. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

if (existsSync(fileURLToPath(new URL('../node_modules/tsx', import.meta.url)))) {
  const { register } = await import('tsx/esm/api');
  register();
  const { run } = await import('../src/command.ts');
  process.exitCode = run(
    process.argv.slice(2),
    (text) => process.stdout.write(text),
    (text) => process.stderr.write(text),
  );
} else {
  process.stderr.write('The packages of infra/ are not installed. Run: npm ci --prefix infra\n');
  process.exitCode = 1;
}
