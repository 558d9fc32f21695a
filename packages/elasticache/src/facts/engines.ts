import { cloudFormation, currentDocumentation, type Source } from './sources.ts';

export type Engine = 'redis' | 'valkey';

/** A version of an engine, and the parameter group family that it requires. */
export type EngineVersion = {
  readonly engine: Engine;
  readonly version: string;
  readonly parameterFamily: string;
  readonly source: Source;
};

/**
 * The versions that a plan may use. AWS also documents Valkey 9.x; it is omitted until its parameter family is
 * confirmed, because AWS rejects a wrong family only during stack creation.
 */
export const engineVersions: readonly EngineVersion[] = [
  { engine: 'redis', version: '7.0', parameterFamily: 'redis7', source: cloudFormation },
  { engine: 'redis', version: '7.1', parameterFamily: 'redis7', source: cloudFormation },
  { engine: 'valkey', version: '7.2', parameterFamily: 'valkey7', source: currentDocumentation },
  { engine: 'valkey', version: '8.0', parameterFamily: 'valkey8', source: currentDocumentation },
  { engine: 'valkey', version: '8.1', parameterFamily: 'valkey8', source: currentDocumentation },
  { engine: 'valkey', version: '8.2', parameterFamily: 'valkey8', source: currentDocumentation },
];

export const defaultVersion: Readonly<Record<Engine, string>> = { redis: '7.1', valkey: '8.1' };

export const engineNames: Readonly<Record<Engine, string>> = { redis: 'Redis OSS', valkey: 'Valkey' };

export function findEngineVersion(engine: string, version: string): EngineVersion | undefined {
  return engineVersions.find((it) => it.engine === engine && it.version === version);
}

export function versionsOf(engine: Engine): string[] {
  return engineVersions.filter((it) => it.engine === engine).map(({ version }) => version);
}

/** Whether a dotted version is at least another one: '7.1' and '7.0.4' are at least '7.0'. */
export function isAtLeast(version: string, least: string): boolean {
  const parts = version.split('.').map(Number);
  for (const [index, required] of least.split('.').map(Number).entries()) {
    const given = parts[index] ?? 0;
    if (given !== required) return given > required;
  }
  return true;
}

/** Whether a full server with this policy never evicts jobs: their keys have no expiry. */
export function keepsJobs(evictionPolicy: string): boolean {
  return evictionPolicy === 'noeviction' || evictionPolicy.startsWith('volatile-');
}

export const evictionPolicies: readonly string[] = [
  'noeviction',
  'volatile-lru',
  'volatile-lfu',
  'volatile-ttl',
  'volatile-random',
  'allkeys-lru',
  'allkeys-lfu',
  'allkeys-random',
];
