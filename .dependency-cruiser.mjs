/** What may import what. See CONTRIBUTING.md. */

/** A domain folder uses another through the context that it receives; it may import only its types. */
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
  name: `domain-${domain}-stands-alone`,
  comment: 'Domain folders meet in main/context.ts: they import types from each other and no code.',
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
      comment: 'Type-only cycles too: a cycle of types still has to be read as one file.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'nothing-imports-apps',
      comment: 'Apps compose; nobody builds on them.',
      severity: 'error',
      from: { path: '^(packages|apps)/([^/]+)/' },
      to: { path: '^apps/([^/]+)/', pathNot: '^$1/$2/' },
    },
    {
      name: 'packages-know-no-apps',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(apps|dev|tests|tools)/' },
    },
    {
      name: 'contract-is-the-bottom',
      comment: 'The contract is shared with the browser: schemas and codes, nothing else.',
      severity: 'error',
      from: { path: '^packages/contract/src/' },
      to: { pathNot: ['^packages/contract/src/', '(^|/)node_modules/typebox/'] },
    },
    {
      name: 'redis-tier-knows-no-barbers',
      comment: 'The tier is a library of its own: no contract, no web framework, no AWS.',
      severity: 'error',
      from: { path: '^packages/redis-tier/src/', pathNot: '\\.test\\.ts$' },
      to: { path: '(^packages/(?!redis-tier/)|(^|/)node_modules/(?!ioredis/|bullmq/|@types/))' },
    },
    {
      name: 'elasticache-stands-alone',
      comment: 'Facts and judgement: no input or output, no AWS SDK, no word of the tier.',
      severity: 'error',
      from: { path: '^packages/elasticache/src/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^packages/elasticache/src/' },
    },
    {
      name: 'redis-tier-core-is-its-bottom',
      severity: 'error',
      from: { path: '^packages/redis-tier/src/core/' },
      to: { path: '^packages/redis-tier/src/(?!core/)' },
    },
    {
      name: 'redis-tier-connection-knows-only-core',
      severity: 'error',
      from: { path: '^packages/redis-tier/src/connection/' },
      to: { path: '^packages/redis-tier/src/(?!core/|connection/)' },
    },
    {
      name: 'redis-tier-settings-open-nothing',
      comment:
        'Reading settings takes no client library: the command line starts quickly, and reads them the same way.',
      severity: 'error',
      from: { path: '^packages/redis-tier/src/settings/' },
      to: { pathNot: '^packages/redis-tier/src/settings/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'redis-tier-siblings-do-not-meet',
      comment: 'cache, limits and jobs meet in health only.',
      severity: 'error',
      from: { path: '^packages/redis-tier/src/(cache|limits|jobs)/' },
      to: {
        path: '^packages/redis-tier/src/(cache|limits|jobs|health)/',
        pathNot: '^packages/redis-tier/src/$1/',
      },
    },
    {
      name: 'web-takes-only-the-contract',
      severity: 'error',
      from: { path: '^apps/web/src/' },
      to: { path: '^packages/(?!contract/)' },
    },
    {
      name: 'environment-is-read-once',
      comment: 'Only the entries read the environment; everything else is handed a configuration.',
      severity: 'error',
      from: { path: '^apps/server/src/', pathNot: '^apps/server/src/main/start-(api|worker)\\.ts$' },
      to: { path: '^apps/server/src/config/read-env\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'sources-need-no-tests',
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
      name: 'outbox-is-beneath-the-domains',
      comment: 'Like the database: every domain may write into it, it knows none of them.',
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
