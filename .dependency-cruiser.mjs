/** Allowed dependencies between modules. See CONTRIBUTING.md. */

/** A domain folder uses the others through the context that it receives. It may import only their types. */
const domains = [
  'analytics',
  'booking',
  'catalog',
  'clients',
  'imports',
  'notifications',
  'operations',
  'staff',
];

const domainRules = domains.map((domain) => ({
  name: `domain-${domain}-independent`,
  comment: 'Domain folders import only types from each other. main/context.ts connects them.',
  severity: 'error',
  from: { path: `^apps/server/src/${domain}/` },
  to: {
    path: `^apps/server/src/(${domains.filter((other) => other !== domain).join('|')})/`,
    dependencyTypesNot: ['type-only'],
  },
}));

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Also for type imports: modules in a cycle can only be understood together.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-imports-of-apps',
      comment: 'Apps are entry points. No other package or app imports them.',
      severity: 'error',
      from: { path: '^(packages|apps)/([^/]+)/' },
      to: { path: '^apps/([^/]+)/', pathNot: '^$1/$2/' },
    },
    {
      name: 'packages-independent-of-apps',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(apps|dev|tests|tools)/' },
    },
    {
      name: 'contract-imports-only-typebox',
      comment: 'The contract is shared with the browser. It contains only schemas and error codes.',
      severity: 'error',
      from: { path: '^packages/contract/src/' },
      to: { pathNot: ['^packages/contract/src/', '(^|/)node_modules/typebox/'] },
    },
    {
      name: 'redis-tier-independent',
      comment: 'The tier is a separate library. It imports no contract, no web framework and no AWS SDK.',
      severity: 'error',
      from: { path: '^packages/redis-tier/src/', pathNot: '\\.test\\.ts$' },
      to: { path: '(^packages/(?!redis-tier/)|(^|/)node_modules/(?!ioredis/|bullmq/|@types/))' },
    },
    {
      name: 'elasticache-independent',
      comment: 'Pure functions over facts about ElastiCache: no I/O, no AWS SDK, no import of the tier.',
      severity: 'error',
      from: { path: '^packages/elasticache/src/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^packages/elasticache/src/' },
    },
    {
      name: 'redis-tier-core-independent',
      severity: 'error',
      from: { path: '^packages/redis-tier/src/core/' },
      to: { path: '^packages/redis-tier/src/(?!core/)' },
    },
    {
      name: 'redis-tier-connection-imports-only-core',
      severity: 'error',
      from: { path: '^packages/redis-tier/src/connection/' },
      to: { path: '^packages/redis-tier/src/(?!core/|connection/)' },
    },
    {
      name: 'redis-tier-settings-without-dependencies',
      comment:
        'The command line reads settings with the same code and must start without loading a Redis client.',
      severity: 'error',
      from: { path: '^packages/redis-tier/src/settings/' },
      to: { pathNot: '^packages/redis-tier/src/settings/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'redis-tier-cache-limits-jobs-independent',
      comment: 'cache, limits and jobs do not import each other. Only health imports all of them.',
      severity: 'error',
      from: { path: '^packages/redis-tier/src/(cache|limits|jobs)/' },
      to: {
        path: '^packages/redis-tier/src/(cache|limits|jobs|health|postgres|(postgres|memory)-outbox|recurring-jobs)/',
        pathNot: '^packages/redis-tier/src/$1/',
      },
    },
    {
      name: 'redis-tier-memory-optional',
      comment: 'A program that does not use the memory driver does not contain it.',
      severity: 'error',
      from: { path: '^packages/redis-tier/src/[^/]+/', pathNot: '^packages/redis-tier/src/memory/' },
      to: { path: '^packages/redis-tier/src/memory/' },
    },
    {
      name: 'redis-tier-outboxes-without-redis',
      comment:
        'A program that only writes messages, or only runs recurring jobs, loads no Redis client and no BullMQ.',
      severity: 'error',
      from: { path: '^packages/redis-tier/src/(postgres|postgres-outbox|memory-outbox|recurring-jobs)/' },
      to: {
        path: '^packages/redis-tier/src/',
        pathNot: '^packages/redis-tier/src/(core|postgres|jobs/outbox|$1)/',
      },
    },
    {
      name: 'redis-tier-root-without-optional-parts',
      comment: 'The package itself must load without BullMQ, which is an optional peer dependency.',
      severity: 'error',
      from: { path: '^packages/redis-tier/src/index\\.ts$' },
      to: { path: '^packages/redis-tier/src/(?!(core|connection|cache|limits)/index\\.ts$)' },
    },
    {
      name: 'web-imports-only-contract',
      severity: 'error',
      from: { path: '^apps/web/src/' },
      to: { path: '^packages/(?!contract/)' },
    },
    {
      name: 'environment-read-at-entry-points',
      comment: 'Only the entry points read the environment. All other modules receive a configuration.',
      severity: 'error',
      from: { path: '^apps/server/src/', pathNot: '^apps/server/src/main/start-(api|worker)\\.ts$' },
      to: { path: '^apps/server/src/config/read-env\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-tests-in-sources',
      severity: 'error',
      from: { path: '^(packages|apps)/[^/]+/src/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '(^(tests|tools)/|\\.test\\.tsx?$)' },
    },
    {
      name: 'no-development-dependencies-in-sources',
      severity: 'error',
      from: {
        path: '^(packages/(contract|elasticache|redis-login)|apps/(server|cli))/src/',
        pathNot: '\\.test\\.ts$',
      },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'outbox-independent-of-domains',
      comment: 'Every domain may write to the outbox. The outbox imports only the database.',
      severity: 'error',
      from: { path: '^apps/server/src/outbox/' },
      to: { path: '^apps/server/src/(?!outbox/|database/)' },
    },
    ...domainRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.tests.json' },
    enhancedResolveOptions: {
      conditionNames: ['bookedbarber-source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
};
