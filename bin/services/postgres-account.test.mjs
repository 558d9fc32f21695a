import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closedParent, mayPass, smallestPassRight } from './postgres-account.mjs';

const stranger = { uid: 65_123, gid: 65_123 };

it('judges a folder by the one class of rights that applies', () => {
  const folder = { uid: 1, gid: 2, mode: 0o40_711 };
  expect(mayPass(folder, { uid: 1, gid: 9 })).toBe(true);
  expect(mayPass({ ...folder, mode: 0o40_701 }, { uid: 9, gid: 2 })).toBe(false);
  expect(mayPass({ ...folder, mode: 0o40_700 }, { uid: 9, gid: 9 })).toBe(false);
});

it('keeps the smaller right of those that the container has', () => {
  expect(smallestPassRight(0x1ff_ffff_ffffn)).toBe('dac_read_search');
  expect(smallestPassRight(0xa804_25fbn)).toBe('dac_override');
  expect(smallestPassRight(0n)).toBeUndefined();
});

describe('the way to a path', () => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bookedbarber-way-'));
    mkdirSync(join(folder, 'open/below'), { recursive: true });
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('is closed by the nearest parent that a stranger cannot pass through', () => {
    chmodSync(folder, 0o700);
    expect(closedParent(join(folder, 'open/below/file'), stranger)).toBe(folder);
  });

  it('is open when every parent lets others pass, also to what does not exist yet', () => {
    chmodSync(folder, 0o711);
    expect(closedParent(join(folder, 'open/missing/file'), stranger)).toBeUndefined();
  });
});
