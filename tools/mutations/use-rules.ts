import { type Rule, tests, tier } from './rule.ts';

const cache = (file: string): string => tier(`cache/${file}`);
const cacheTest = (file: string): string => tests(`integration/cache/${file}`);

/** Rules about failovers that leave connections open. */
export const failoverRules: readonly Rule[] = [
  {
    number: 35,
    description:
      'A node that is no longer the primary behind its endpoint is left, although its connections stay open: by the cache, the limiter and the queue.',
    mutations: [
      {
        off: 'a demoted node is not left',
        edits: [
          {
            file: tier('connection/primary-watch'),
            from: 'if (stopped || pause !== undefined) return;',
            to: "if (stopped || pause !== undefined || reason.startsWith('the node')) return;",
          },
        ],
        fails: {
          file: tests('integration/tier-connection/failover'),
          test: 'the cache leaves it, and returns no invalidated value',
        },
      },
      {
        off: 'the node in use is not compared with the one behind the endpoint',
        edits: [
          {
            file: tier('connection/primary-watch'),
            from: "if (again.runId === behind.runId) leaveLater('the endpoint leads to another primary');",
            to: 'if (again.runId === behind.runId) return;',
          },
        ],
        fails: {
          file: tests('integration/tier-connection/failover'),
          test: 'the cache leaves it, and returns no invalidated value',
        },
      },
    ],
  },
];

/** Rules about applications that use the tier: their clients, timers, handlers, outages and ends. */
export const useRules: readonly Rule[] = [
  {
    number: 37,
    description:
      'A client with an option that changes names or replies is rejected. One that queues or repeats commands is replaced by a connection that does not.',
    mutations: [
      {
        off: 'the options of a client are not checked',
        edits: [
          {
            file: tier('connection/fail-fast-client'),
            from: 'if (value !== undefined && value !== null && value !== accepted)',
            to: 'if (value === accepted && value !== accepted)',
          },
        ],
        fails: {
          file: 'packages/redis-tier/src/connection/fail-fast-client.test.ts',
          test: 'with %s: %j is rejected, with its value',
        },
      },
    ],
  },
  {
    number: 38,
    description:
      'Nothing waits for a tick that may never come: the timers are bound when the tier loads, and the next call sends a batch that is overdue.',
    mutations: [
      {
        off: 'an overdue batch waits for the end of its turn',
        edits: [
          {
            file: cache('read/reads'),
            from: 'if (timers.now() - this.#scheduledMs > overdueMs) this.#sendAll();',
            to: '',
          },
        ],
        fails: {
          file: tests('integration/tier-connection/fake-timers'),
          test: 'a batch whose turn never ends is sent with the next call',
        },
      },
    ],
  },
  {
    number: 39,
    description: 'A handler that returns no outcome ends its claim as unknown, which is reported.',
    mutations: [
      {
        off: 'any result of a handler is taken as an outcome',
        edits: [
          {
            file: tier('jobs/delivery/outcome'),
            from: '  if (isOutcome(returned))',
            to: '  if (isOutcome(returned) || true)',
          },
        ],
        fails: {
          file: 'packages/redis-tier/src/jobs/delivery/deliverer.test.ts',
          test: 'a handler that returns %j ends its claim as unknown, which is reported, and is not renewed',
        },
      },
    ],
  },
  {
    number: 40,
    description: 'Closing is no outage: it reports none, and aborts loads that do not end.',
    mutations: [
      {
        off: 'the end of the connection for commands is reported',
        edits: [
          {
            file: cache('primary/primary-connection'),
            from: '    if (this.#closed) return;\n    const wasUp',
            to: '    const wasUp',
          },
          {
            file: cache('primary/primary-connection'),
            from: '    this.#replicationId = null;\n    this.#breaker.close();',
            to: "    this.#down('closed');\n    this.#breaker.close();",
          },
        ],
        fails: { file: cacheTest('close'), test: 'reports no outage' },
      },
      {
        off: 'loads are not aborted',
        edits: [{ file: tier('cache/cache'), from: '    closing.abort();\n', to: '' }],
        fails: {
          file: cacheTest('close'),
          test: 'aborts loads that do not end in time, and releases their leases',
        },
      },
    ],
  },
  {
    number: 41,
    description:
      'While a process cannot reach Redis, it receives invalidations from the database. Without staleIfErrorMs, a failed load returns no local entry.',
    mutations: [
      {
        off: 'invalidations are not read from the database',
        edits: [
          {
            file: 'apps/server/src/outbox/invalidations/invalidation-receiver.ts',
            from: 'for (const [namespace, ofNamespace] of byNamespace(unknown)) apply',
            to: 'for (const [namespace, ofNamespace] of byNamespace(unknown.slice(batch))) apply',
          },
        ],
        fails: {
          file: tests('integration/http/cached-responses'),
          test: 'a server that cannot reach Redis receives invalidations from the database, and returns no old price',
        },
      },
      {
        off: 'a failed load returns an entry in spite of the policy',
        edits: [
          {
            file: cache('local/local-lookup'),
            from: '  if (policy.staleIfErrorMs === 0) return null;\n',
            to: '',
          },
        ],
        fails: {
          file: 'packages/redis-tier/src/cache/local/local-lookup.test.ts',
          test: 'is not served after a failed load by a policy that does not allow it, even before the end of its TTL',
        },
      },
    ],
  },
];
