#!/usr/bin/env node
// Not built: npm links the command at install time, when dist does not exist yet.
import { existsSync } from 'node:fs';

const entry = new URL('../dist/main.js', import.meta.url);
if (!existsSync(entry)) {
  process.stderr.write(
    'bookedbarber is not built yet. Run `npm run build` in the project folder, then try again.\n',
  );
  process.exit(1);
}
await import(entry.href);
