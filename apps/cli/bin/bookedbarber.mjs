#!/usr/bin/env node
// Committed as it is, so that npm links the command before anything has been built.
import { existsSync } from 'node:fs';

const entry = new URL('../dist/main.js', import.meta.url);
if (!existsSync(entry)) {
  process.stderr.write(
    'bookedbarber is not built yet: run `npm run build` in the project folder once, then try again.\n',
  );
  process.exit(1);
}
await import(entry.href);
