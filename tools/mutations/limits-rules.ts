import { type Edit, type Rule, tests, tier } from './rule.ts';

const limits = (file: string): string => tests(`integration/limits/${file}`);
const limiter = tier('limits/limiter');
const checkScript = tier('limits/check/check-script');

/** Each process consumes ten units at a time and uses the rest for later checks. */
const takesAhead: readonly Edit[] = [
  {
    file: limiter,
    from: '        if (cached !== undefined) finish(cached);\n        else decide(rule, keyState, cost, finish, reject);',
    to: `        const stock = ahead.get(keyState) ?? [];
        ahead.set(keyState, stock);
        const one = stock.pop();
        if (cached !== undefined) finish(cached);
        else if (one !== undefined) finish(one);
        else
          decide(
            rule,
            keyState,
            10 * cost,
            (decision) => {
              if (decision.allowed) for (let i = 1; i < 10; i++) stock.push(decision);
              finish(decision);
            },
            reject,
          );`,
  },
  {
    file: limiter,
    from: '  const nowMs = (): number => clock.nowMs();\n',
    to: '  const nowMs = (): number => clock.nowMs();\n  const ahead = new Map<KeyState, Decision[]>();\n',
  },
];

export const limitsRules: readonly Rule[] = [
  {
    number: 20,
    description:
      'No interval of a window’s length admits more than the limit: an admission counts from its own moment on, and no units are consumed in advance.',
    mutations: [
      {
        off: 'a process consumes ten units in advance and uses them at any later time',
        edits: takesAhead,
        fails: {
          file: limits('limiter'),
          test: 'takes no tokens in advance: a client within its limit over four processes is never denied',
        },
      },
      {
        off: 'a unit counts from the beginning of its sub-bucket, so that the oldest one expires early',
        edits: [{ file: checkScript, from: ' + tick - 1 - base\n', to: ' - base\n' }],
        fails: {
          file: limits('decisions'),
          test: 'entered %i ms after the beginning of its sub-bucket counts for the whole window',
        },
      },
      {
        off: 'a denial consumes units',
        edits: [
          {
            file: checkScript,
            from: 'if cost > 0 and (verdict == 1 or age >= 0) then',
            to: 'if cost > 0 then',
          },
        ],
        fails: { file: limits('decisions'), test: 'consumes nothing in any window, and writes nothing' },
      },
    ],
  },
  {
    number: 21,
    description:
      'No process reserves units. Instead, the checks of one turn of the event loop are sent as one call, and denials are cached.',
    mutations: [
      {
        off: 'a process reserves ten units, and the last ones remain unused',
        edits: takesAhead,
        fails: {
          file: limits('limiter'),
          test: 'takes no tokens in advance: a client within its limit over four processes is never denied',
        },
      },
      {
        off: 'every check is a separate call',
        edits: [
          {
            file: tier('limits/check/check-batch'),
            from: '      if (waiting.length === 0 && underWay === 0) flushAt(timers.nextTick);\n      waiting.push(check);',
            to: '      waiting.push(check);\n      flush();',
          },
        ],
        fails: { file: limits('limiter'), test: 'travel as one call, each with its own verdict' },
      },
      {
        off: 'denials are not cached',
        edits: [
          {
            file: tier('limits/local/deny-cache'),
            from: 'denial === undefined || cost',
            to: 'denial !== null || cost',
          },
        ],
        fails: {
          file: limits('deny-cache'),
          test: 'covers the same and higher costs without the server, and no lower cost',
        },
      },
    ],
  },
  {
    number: 22,
    description:
      'A steady client gets at least twelve thirteenths of a limit. A limit of 32 or less is counted exactly.',
    mutations: [
      {
        off: 'a window has six sub-buckets',
        edits: [{ file: tier('limits/windows'), from: 'subBuckets = 12;', to: 'subBuckets = 6;' }],
        fails: {
          file: limits('decisions'),
          test: 'that sends more than its %i per minute gets twelve thirteenths',
        },
      },
      {
        off: 'small limits have sub-buckets too',
        edits: [
          { file: tier('limits/windows'), from: 'largestExactLimit = 32;', to: 'largestExactLimit = 0;' },
        ],
        fails: { file: limits('script'), test: 'admit the same as an exact log for limits of 32 and below' },
      },
    ],
  },
  {
    number: 23,
    description:
      'A cached denial belongs to a limit, a key and a cost. It covers equal and higher costs, expires at the time of sending plus the wait, after five seconds at most, and is dropped by a reset and by an override. A cost above a limit is an error.',
    mutations: [
      {
        off: 'a cached denial covers lower costs too',
        edits: [{ file: tier('limits/local/deny-cache'), from: ' || cost < denial.cost)', to: ')' }],
        fails: {
          file: limits('deny-cache'),
          test: 'covers the same and higher costs without the server, and no lower cost',
        },
      },
      {
        off: 'all limits of a key share it',
        edits: [
          {
            file: tier('limits/limiter'),
            from: 'keyStates: new KeyStates(prefix, name, windows, maxKeys),',
            to: 'keyStates: (first ??= new KeyStates(prefix, name, windows, maxKeys)),',
          },
          {
            file: tier('limits/limiter'),
            from: '  const statistics = createStatistics();\n',
            to: '  const statistics = createStatistics();\n  let first: KeyStates | undefined;\n',
          },
        ],
        fails: { file: limits('deny-cache'), test: 'covers no other key and no other limit' },
      },
      {
        off: 'the wait counts from the reply',
        edits: [
          {
            file: limiter,
            from: 'cacheDenial(keyState, cost, decision, { drops, sentMs });',
            to: 'cacheDenial(keyState, cost, decision, { drops, sentMs: Math.max(sentMs, nowMs()) });',
          },
        ],
        fails: { file: limits('deny-cache'), test: 'counts from the send time, however late the reply' },
      },
      {
        off: 'it is cached for five seconds, even if the wait is shorter',
        edits: [
          {
            file: tier('limits/local/deny-cache'),
            from: 'Math.min(decision.retryAfterMs, maxMs)',
            to: 'maxMs',
          },
        ],
        fails: { file: limits('deny-cache'), test: 'expires with a shorter wait' },
      },
      {
        off: 'it is cached for the whole wait',
        edits: [
          {
            file: tier('limits/local/deny-cache'),
            from: 'Math.min(decision.retryAfterMs, maxMs)',
            to: 'decision.retryAfterMs',
          },
        ],
        fails: { file: limits('deny-cache'), test: 'is kept for at most five seconds' },
      },
      {
        off: 'a reset does not drop it',
        edits: [
          {
            file: limiter,
            from: '        dropDenial(keyState);\n        clearAdmissions',
            to: '        clearAdmissions',
          },
        ],
        fails: { file: limits('deny-cache'), test: 'is dropped by a reset' },
      },
      {
        off: 'an override does not drop it',
        edits: [
          {
            file: limiter,
            from: '      dropDenial(keyState);\n      await topKeys?.release([limit]',
            to: '      await topKeys?.release([limit]',
          },
        ],
        fails: { file: limits('deny-cache'), test: 'is dropped by an override' },
      },
      {
        off: 'a denial that arrives after a reset is cached',
        edits: [
          {
            file: tier('limits/local/deny-cache'),
            from: '  if (drops !== keyState.drops) return;\n',
            to: '',
          },
        ],
        fails: { file: limits('deny-cache'), test: 'is dropped by a reset even if its check was in flight' },
      },
      {
        off: 'a cost above a limit is a denial instead of an error',
        edits: [
          { file: limiter, from: "    if (verdict === 'above limit') throw costAboveLimit(cost);\n", to: '' },
        ],
        fails: {
          file: limits('limiter'),
          test: 'rejects a cost above a limit, and a cost that is not a positive whole number',
        },
      },
    ],
  },
  {
    number: 24,
    description:
      'The time of a decision is never before the last entry. A step back by more than the longest window counts as a corrected clock.',
    mutations: [
      {
        off: 'the server’s clock is used without a correction',
        edits: [{ file: checkScript, from: 'behind > 0 and timeMs + behind or timeMs', to: 'timeMs' }],
        fails: {
          file: limits('decisions'),
          test: 'frees nothing early when it is corrected: units count from the latest time seen',
        },
      },
      {
        off: 'a clock that was years ahead blocks all clients',
        edits: [{ file: checkScript, from: 'if behind > config.longest then', to: 'if false then' }],
        fails: { file: limits('decisions'), test: 'by years denies no client for years' },
      },
      {
        off: 'the wait is computed from the corrected time',
        edits: [
          { file: checkScript, from: 'local toTime = base - timeMs +', to: 'local toTime = base - nowMs +' },
        ],
        fails: {
          file: limits('decisions'),
          test: 'reports an exact wait: denied one ms earlier, allowed then',
        },
      },
    ],
  },
  {
    number: 25,
    description:
      'Without the server, a process decides by its own admissions and its share of the limit, and reports its local admissions afterward, once. A fail-closed limit is denied as an outage. A full server counts as unavailable.',
    mutations: [
      {
        off: 'earlier admissions do not count during an outage',
        edits: [
          {
            file: limiter,
            from: 'if (cost > 0 && decision.allowed) recordAdmission(keyState, cost, nowMs(), states);\n    else if (cost > 0)',
            to: 'if (cost > 0 && !decision.allowed)',
          },
        ],
        fails: {
          file: limits('faults'),
          test: 'costs the deadline once and then nothing, and limits include earlier admissions',
        },
      },
      {
        off: 'each process has the whole limit',
        edits: [
          { file: tier('limits/local/local-limiter'), from: 'Math.floor(limit / fleetSize)', to: 'limit' },
        ],
        fails: { file: limits('faults'), test: 'limits each process of a fleet to its share' },
      },
      {
        off: 'local admissions are never reported',
        edits: [
          {
            file: tier('limits/primary/report-admissions'),
            from: '    for (const part of',
            to: '    if (nowMs() < 0) for (const part of',
          },
        ],
        fails: { file: limits('faults'), test: 'receives the local admissions afterwards, once' },
      },
      {
        off: 'a check whose reply came too late is counted twice',
        edits: [{ file: limiter, from: "'allowed') consumption.counted = true;", to: "'allowed') return;" }],
        fails: { file: limits('faults'), test: 'receives the local admissions afterwards, once' },
      },
      {
        off: 'the fail-closed limit of logins decides locally',
        edits: [
          {
            file: limiter,
            from: "    if (rule.onOutage === 'fail-closed') return outageDecision();\n",
            to: '',
          },
        ],
        fails: { file: limits('faults'), test: 'denies closed limits and leaves the others to this process' },
      },
      {
        off: 'a fail-closed limit decides locally while the server is frozen',
        edits: [
          {
            file: limiter,
            from: "    if (rule.onOutage === 'fail-closed') return outageDecision();\n",
            to: '',
          },
        ],
        fails: {
          file: limits('faults'),
          test: 'denies closed limits as an outage',
        },
      },
    ],
  },
  {
    number: 36,
    description:
      'The first check is sent at once. Checks that arrive while a call is in flight travel together after its reply. No timer delays a lone caller.',
    mutations: [
      {
        off: 'a check waits for others by a timer',
        edits: [
          {
            file: tier('limits/check/check-batch'),
            from: '    schedule(() => {',
            to: '    timers.setTimeout(() => {',
          },
          {
            file: tier('limits/check/check-batch'),
            from: '      if (scheduledMs !== undefined) flush();\n    });',
            to: '      if (scheduledMs !== undefined) flush();\n    }, 2);',
          },
        ],
        fails: {
          file: 'packages/redis-tier/src/limits/check/check-batch.test.ts',
          test: 'of a lone caller are sent at once, however soon they follow each other',
        },
      },
      {
        off: 'a check does not wait for the call in flight',
        edits: [
          {
            file: tier('limits/check/check-batch'),
            from: 'if (waiting.length === 0 && underWay === 0) flushAt(timers.nextTick);',
            to: 'if (waiting.length === 0) flushAt(timers.nextTick);',
          },
        ],
        fails: {
          file: 'packages/redis-tier/src/limits/check/check-batch.test.ts',
          test: 'that arrive while a call is in flight, %i, travel together after its reply',
        },
      },
    ],
  },
];
