import { expect, it } from 'vitest';
import { parseMissingLibraries } from './redis-from-debian.mjs';

it('finds the libraries that are missing, and no others', () => {
  const output = [
    '\tlinux-vdso.so.1 (0x00007ffd2a1f0000)',
    '\tlibjemalloc.so.2 => not found',
    '\tlibssl.so.3 => /lib/x86_64-linux-gnu/libssl.so.3 (0x00007f1c1a000000)',
    '\tliblzf.so.1 => not found',
    '\t/lib64/ld-linux-x86-64.so.2 (0x00007f1c1ac00000)',
  ].join('\n');
  expect(parseMissingLibraries(output)).toEqual(['libjemalloc.so.2', 'liblzf.so.1']);
});
