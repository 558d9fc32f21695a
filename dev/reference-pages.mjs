/**
 * `node dev/reference-pages.mjs`: writes the pages of docs/reference that are generated from @bookedbarber/elasticache.
 * Run `npm run build` first. A test compares the pages with their source.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from './setup/project.mjs';

const { factsPage, runbook } = await import('../packages/elasticache/dist/index.js');

for (const [name, text] of Object.entries({ 'elasticache.md': factsPage(), 'runbook.md': runbook() })) {
  const file = join(projectFolder, 'docs/reference', name);
  writeFileSync(file, text);
  process.stdout.write(`${file}\n`);
}
