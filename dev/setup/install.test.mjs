import { describe, expect, it } from 'vitest';
import { isInstalled } from './install.mjs';

/** @param {Record<string, object>} packages */
const lockfile = (packages) => JSON.stringify({ packages });

const wanted = lockfile({
  '': { version: '0.1.0' },
  'apps/server': { version: '0.1.0' },
  'node_modules/@bookedbarber/server': { link: true },
  'node_modules/fastify': { version: '5.0.0' },
  'node_modules/only-on-another-platform': { version: '1.0.0', optional: true },
});

const there = {
  'node_modules/@bookedbarber/server': { link: true },
  'node_modules/fastify': { version: '5.0.0' },
};

describe('whether the packages are installed', () => {
  it('is true when all that is not optional is there', () => {
    expect(isInstalled(wanted, lockfile(there))).toBe(true);
  });

  it('is false when nothing was installed', () => {
    expect(isInstalled(wanted, undefined)).toBe(false);
  });

  it('is false when a package is missing or has another version', () => {
    expect(isInstalled(wanted, lockfile({ 'node_modules/fastify': { version: '5.0.0' } }))).toBe(false);
    expect(isInstalled(wanted, lockfile({ ...there, 'node_modules/fastify': { version: '4.9.9' } }))).toBe(
      false,
    );
  });
});
