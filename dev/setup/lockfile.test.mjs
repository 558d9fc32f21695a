import { describe, expect, it } from 'vitest';
import { completeLockfile, platformPackage } from './lockfile.mjs';

/** @param {Record<string, object>} packages */
const lockfile = (packages) => `${JSON.stringify({ lockfileVersion: 3, packages }, null, 2)}\n`;

const compiler = {
  version: '1.2.3',
  dev: true,
  license: 'MIT',
  optionalDependencies: { '@compiler/linux-x64': '1.2.3', '@compiler/darwin-arm64': '1.2.3' },
};

describe('the lockfile', () => {
  it('gets the packages of the platforms that npm has left out', () => {
    const { text, added, unclear } = completeLockfile(
      lockfile({
        'node_modules/@compiler/linux-x64': { version: '1.2.3', os: ['linux'], cpu: ['x64'] },
        'node_modules/compiler': compiler,
      }),
    );
    expect(added).toEqual(['@compiler/darwin-arm64']);
    expect(unclear).toEqual([]);
    const { packages } = JSON.parse(text);
    expect(Object.keys(packages)).toEqual([
      'node_modules/@compiler/darwin-arm64',
      'node_modules/@compiler/linux-x64',
      'node_modules/compiler',
    ]);
    expect(packages['node_modules/@compiler/darwin-arm64']).toEqual({
      version: '1.2.3',
      cpu: ['arm64'],
      dev: true,
      license: 'MIT',
      optional: true,
      os: ['darwin'],
    });
  });

  it('stays as it is when it is complete, also when a package lies below its owner', () => {
    const complete = lockfile({
      'node_modules/compiler': compiler,
      'node_modules/compiler/node_modules/@compiler/linux-x64': {},
      'node_modules/@compiler/darwin-arm64': {},
    });
    expect(completeLockfile(complete)).toEqual({ text: complete, added: [], unclear: [] });
  });

  it('is not completed by guessing', () => {
    const optionalDependencies = { 'fast-thing': '1.0.0', '@ranges/linux-x64': '^1.0.0' };
    const { added, unclear } = completeLockfile(lockfile({ 'node_modules/x': { optionalDependencies } }));
    expect(added).toEqual([]);
    expect(unclear).toEqual([
      'fast-thing@1.0.0 of node_modules/x',
      '@ranges/linux-x64@^1.0.0 of node_modules/x',
    ]);
  });
});

it.each([
  ['@oxc-parser/binding-linux-arm-gnueabihf', { os: ['linux'], cpu: ['arm'], libc: ['glibc'] }],
  ['@biomejs/cli-linux-x64-musl', { os: ['linux'], cpu: ['x64'], libc: ['musl'] }],
  ['@oxc-parser/binding-win32-ia32-msvc', { os: ['win32'], cpu: ['ia32'] }],
])('reads the platform of %s from its name', (name, platform) => {
  expect(platformPackage(name, '1.0.0', {})).toMatchObject(platform);
});
