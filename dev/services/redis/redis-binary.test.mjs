import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../setup/temporary-folder.mjs';
import { findRedis } from './redis-binary.mjs';
import { namesOfMissing } from './redis-debian.mjs';

const folder = temporaryFolder();

/** A program whose --version output is that of a Redis server. @param {string} name @param {string} version */
function program(name, version) {
  const file = join(folder(), name);
  writeFileSync(file, `#!/bin/sh\necho "Redis server v=${version} sha=0"\n`, { mode: 0o755 });
  return file;
}

it('prefers REDIS_SERVER_BIN to PATH', () => {
  const named = program('mine', '7.2.0');
  program('redis-server', '8.0.0');
  expect(findRedis({ REDIS_SERVER_BIN: named, PATH: folder() })).toEqual({ file: named, version: '7.2.0' });
});

it('prefers Valkey to Redis on PATH and skips versions that are too old', () => {
  const redis = program('redis-server', '10.0.0');
  program('valkey-server', '6.0.16');
  expect(findRedis({ PATH: folder() })?.file).toBe(redis);
  const valkey = program('valkey-server', '6.2.0');
  expect(findRedis({ PATH: folder() })?.file).toBe(valkey);
});

it('rejects a REDIS_SERVER_BIN that is missing, not a server, or too old, even if PATH has a server', () => {
  program('redis-server', '7.2.0');
  const find = (/** @type {string} */ named) => () => findRedis({ REDIS_SERVER_BIN: named, PATH: folder() });
  expect(find(join(folder(), 'nothing'))).toThrow('is not a server');
  expect(find('/bin/true')).toThrow('is not a server');
  expect(find(program('old', '5.0.0'))).toThrow('has version 5.0.0');
});

it('downloads redis-tools and the packages that a simulation of apt-get would install', () => {
  const simulation =
    'NOTE: only a simulation\nInst liblzf1 (3.6-3 Debian:12 [amd64])\nInst redis-tools (7)\nConf liblzf1';
  expect(namesOfMissing(simulation)).toEqual(['redis-tools', 'liblzf1']);
  expect(namesOfMissing('redis-tools is already the newest version')).toEqual(['redis-tools']);
});
