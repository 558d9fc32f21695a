import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, engines, fileOf, networks, planOf, resources, type Size, sizes } from './deployments.ts';

describe('a deployment is synthesized without lookups and findings', () => {
  for (const size of Object.keys(sizes) as Size[])
    for (const engine of engines)
      for (const network of Object.keys(networks) as (keyof typeof networks)[])
        test(`for a ${size} with ${engine} in ${network === 'new' ? 'a new' : 'an existing'} network`, () => {
          const plan = planOf(size, engine);
          const built = build(fileOf(plan, network));
          assert.deepEqual(built.findings, []);
          assert.equal(built.assembly.manifest.missing, undefined);
          assert.doesNotMatch(`${built.manifest}${built.text}`, /dummy/);
          const [group, ...others] = resources(built, 'AWS::ElastiCache::ReplicationGroup');
          assert.deepEqual(others, []);
          assert.equal(group?.Properties['CacheNodeType'], sizes[size].nodeType);
          assert.equal(group?.Properties['Engine'], engine);
        });
});

test('a synthesis from a cold start takes less than 30 seconds', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'infra-cold-'));
  try {
    const file = join(folder, 'deployment.json');
    writeFileSync(file, JSON.stringify(fileOf(planOf('enterprise'))));
    const program = fileURLToPath(new URL('../bin/synth.mjs', import.meta.url));
    const startMs = performance.now();
    await promisify(execFile)(process.execPath, [
      program,
      '--deployment',
      file,
      '--out',
      join(folder, 'out'),
    ]);
    const seconds = (performance.now() - startMs) / 1000;
    context.diagnostic(`one synthesis: ${seconds.toFixed(1)} s`);
    // About ten seconds on an idle machine.
    assert.ok(seconds < 30, `${seconds} s`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the dynamic reference to the password is constant and contains no version', () => {
  const tokens = [1, 2].map(() => {
    const [group] = resources(build(fileOf(planOf('small shop'))), 'AWS::ElastiCache::ReplicationGroup');
    return group?.Properties['AuthToken'];
  });
  assert.deepEqual(tokens, [
    '{{resolve:secretsmanager:lantern/redis-auth:SecretString:password}}',
    '{{resolve:secretsmanager:lantern/redis-auth:SecretString:password}}',
  ]);
});
