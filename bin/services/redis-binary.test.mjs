import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findRedisBinary } from './redis-binary.mjs';
import { isSupportedVersion, parseRedisVersion } from './redis-version.mjs';

it('reads the versions of Redis and Valkey, and of nothing else', () => {
  expect(
    parseRedisVersion('Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=d81b'),
  ).toBe('7.0.15');
  expect(parseRedisVersion('Valkey server v=8.0.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64')).toBe(
    '8.0.1',
  );
  expect(parseRedisVersion('redis-cli 7.0.15')).toBeUndefined();
});

it.each([
  ['6.0.16', false],
  ['6.2.0', true],
  ['7.0.15', true],
  ['10.0.0', true],
])('says of version %s whether it is recent enough', (version, enough) => {
  expect(isSupportedVersion(version)).toBe(enough);
});

describe('the search for a server', () => {
  let folder = '';

  /**
   * @param {string} name
   * @param {string} version
   */
  const program = (name, version) => {
    const file = join(folder, name);
    writeFileSync(file, `#!/bin/sh\necho "Redis server v=${version} sha=0"\n`);
    chmodSync(file, 0o755);
    return file;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bookedbarber-search-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('takes REDIS_SERVER_BIN before PATH', () => {
    const named = program('mine', '7.2.0');
    program('redis-server', '8.0.0');
    expect(findRedisBinary({ REDIS_SERVER_BIN: named, PATH: folder })).toEqual({
      file: named,
      version: '7.2.0',
    });
  });

  it('takes Valkey before Redis on PATH, and passes over one that is too old', () => {
    const redis = program('redis-server', '7.2.0');
    program('valkey-server', '6.0.0');
    expect(findRedisBinary({ PATH: folder })?.file).toBe(redis);
    const valkey = program('valkey-server', '8.0.0');
    expect(findRedisBinary({ PATH: folder })?.file).toBe(valkey);
  });

  it('refuses a REDIS_SERVER_BIN that is missing, no server, or too old, instead of taking another one', () => {
    program('redis-server', '7.2.0');
    const search = (/** @type {string} */ named) => () =>
      findRedisBinary({ REDIS_SERVER_BIN: named, PATH: folder });
    expect(search(join(folder, 'nothing'))).toThrow('does not exist');
    expect(search('/bin/true')).toThrow('does not run as');
    expect(search(program('old', '5.0.0'))).toThrow('too old');
  });
});
