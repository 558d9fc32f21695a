import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const folder = new URL('../../../packages/redis-tier/', import.meta.url);

type EntryPoint = { 'bookedbarber-source': string; require?: string; default: string };
const { exports: entryPoints } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as {
  exports: Record<string, EntryPoint | string>;
};

/**
 * Everything that the package exports. A name in this list is a promise to users: it is documented where it is declared,
 * and removing it is a breaking change. What only the tier uses belongs into the `internal.ts` of a folder.
 */
const publicNames: Record<string, { values: string; types: string }> = {
  '.': {
    values: `CacheClosedError InvalidCacheUseError LoadTimeoutError RedisUnavailableError UncacheableValueError
      UnsupportedClientError clientAddress connect connectCluster createCache createLimiter limitHeaders
      limitKeyOfAddress parseRedisUrl readNetworks`,
    types: `Cache CacheEvent CacheOptions CacheResult ConnectionOptions Decision LimitOptions Limiter LimiterOptions
      PolicyOptions RedisClient RedisServer`,
  },
  './core': { values: 'RedisUnavailableError clockSlackMs systemClock', types: 'Clock' },
  './settings': {
    values: `ConfigError EnvReader connectionsHeld productionEnvFile readEnvFile readRedisConfig sumOfConnections
      withEnvFile`,
    types: 'ConnectionsHeld HeldBy LoginSource ProcessRole RedisConfig RedisServerConfig Variables',
  },
  './connection': {
    values: `UnsupportedClientError connect connectCluster connectTo createCredentials infoNumber parseInfo
      parseRedisUrl`,
    types: `ConnectionOptions Credentials CredentialsEvent CredentialsOptions Login ReauthenticationResult RedisClient
      RedisServer`,
  },
  './cache': {
    values: `CacheClosedError InvalidCacheUseError LoadTimeoutError UncacheableValueError cacheEventChannel
      cacheLoadChannel createCache encryptionCodec gzipCodec jsonSerializer structuredSerializer`,
    types: `Cache CacheEvent CacheLoadTrace CacheOptions CacheResult CacheSkip CacheSource CacheStatistics
      CombinedResult EncryptionOptions EntryAddress GetManyRequest GetRequest GzipOptions KeysPage LoadCauses LoadContext
      LoadManyContext OnCacheEvent PolicyCache PolicyOptions PolicyStatistics Serializer SimulatedTtl StorageCodec
      TimingStatistics TtlSimulationResult`,
  },
  './limits': {
    values: `clientAddress createAccessLists createLimiter limitHeaders limitKeyOfAddress readAddress readNetworks`,
    types: `AccessLists Address CircuitBreakerState Decision LimitHeaders LimitKeyRequest LimitOptions LimitStatistics
      Limited Limiter LimiterOptions LimiterStatistics NamedLimits Networks TopKeysReport Usage WindowOptions
      WindowState`,
  },
  './jobs': {
    values: 'LeaseLostError WorkerStoppingError connectQueue startJobs startLoop',
    types: `Attempt CancelledMessage Completion DueMessage EnqueuedMessage ExpiredLease Jobs JobsEvent JobsOptions
      JobsTuning Loop LoopOptions MessageCounts MessageHandler MessageHandlers MessageLease MessageName MessageRef
      MessageState NewMessage OnJobsEvent Outbox OutboxStore Outcome PayloadLease Payloads QueueConnections QueueLimits
      QueueServer RetryPolicy`,
  },
  './postgres-outbox': {
    values: 'createPostgresOutbox postgresOutboxMigration',
    types: 'PostgresOutbox PostgresOutboxOptions PostgresPool',
  },
  './memory-outbox': {
    values: 'createMemoryOutbox',
    types: 'MemoryMessage MemoryOutbox MemoryOutboxOptions',
  },
  './recurring-jobs': {
    values: 'recurringJobsMigration startRecurringJobs',
    types: 'RecurringJob RecurringJobs RecurringJobsEvent RecurringJobsOptions',
  },
  './postgres': { values: 'createBatcher listen', types: 'ListenClient ListenOptions Listener Queryable' },
  './health': {
    values: 'sampleHealth',
    types: 'Counts FleetCounts FleetLookups HealthSampler HealthSamplerOptions Lookups RedisSample',
  },
  './memory': { values: 'createMemoryDriver', types: 'MemoryDriver MemoryDriverOptions' },
  './fastify': {
    values: 'limitRequests sendCached',
    types: 'Cached CachedReplyOptions ReplyLike RequestLike RequestLimitOptions',
  },
  './express': { values: 'limitRequests sendCached', types: 'Cached CachedReplyOptions RequestLimitOptions' },
  './hono': {
    values: 'limitRequests sendCached',
    types: 'Cached CachedReplyOptions ContextLike RequestLimitOptions',
  },
  './prom-client': {
    values: 'registerCacheMetrics registerLimiterMetrics',
    types: 'CacheMetricsOptions LimiterMetricsOptions PromClient RegistryLike',
  },
  './opentelemetry': {
    values: 'registerCacheMetrics registerLimiterMetrics traceLoads',
    types: 'CacheMetricsOptions LimiterMetricsOptions MeterLike TraceLoadsOptions TracerLike',
  },
  './testing': {
    values: `cacheContract checkCoherence codecContract contractLimits contractPolicies limiterContract outboxContract
      serializerContract sharedCacheContract sharedLimiterContract startFaultProxy startRedisCluster startRedisServer until`,
    types: `CacheFleet CoherenceOptions CoherenceReport Contract ContractCache ContractLimiter Direction FaultProxy
      FleetProgram LimiterFleet OutboxUnderTest ProxiedLink RedisClusterProcesses RedisServerProcess Target Violation
      ViolationKind`,
  },
};

/** Modules that need `import.meta`, which CommonJS does not have. */
const onlyEsModules = ['./testing'];

test('every entry point is listed here', () => {
  expect(Object.keys(entryPoints)).toEqual([...Object.keys(publicNames), './package.json']);
});

describe.each(Object.entries(publicNames))('%s', (name, { values, types }) => {
  test('exports exactly the listed names', () => {
    const found = exportsOf(sourceOf(name));
    expect(found).toEqual({ values: namesIn(values), types: namesIn(types) });
  });

  test('has its source, its CommonJS module and its ES module in the usual places', () => {
    const path = name === '.' ? '' : `${name.slice(2)}/`;
    expect(entryPoints[name]).toEqual({
      'bookedbarber-source': `./src/${path}index.ts`,
      ...(onlyEsModules.includes(name) ? {} : { require: `./dist/cjs/${path}index.js` }),
      default: `./dist/${path}index.js`,
    });
  });
});

function sourceOf(name: string): URL {
  const { 'bookedbarber-source': source } = entryPoints[name] as EntryPoint;
  return new URL(source, folder);
}

function namesIn(text: string): string[] {
  return text.split(/\s+/);
}

function exportsOf(file: URL): { values: string[]; types: string[] } {
  const names = { values: [] as string[], types: [] as string[] };
  const { statements } = ts.createSourceFile('index.ts', readFileSync(file, 'utf8'), ts.ScriptTarget.ESNext);
  for (const statement of statements) {
    // `export *` would export names that nobody has listed.
    if (!ts.isExportDeclaration(statement) || statement.exportClause === undefined)
      throw new Error(`${file.pathname} may only contain export { … } from …`);
    for (const { isTypeOnly, name } of (statement.exportClause as ts.NamedExports).elements)
      names[statement.isTypeOnly || isTypeOnly ? 'types' : 'values'].push(name.text);
  }
  return { values: names.values.sort(), types: names.types.sort() };
}
