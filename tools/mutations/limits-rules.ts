import { type Edit, type Rule, tests, tier } from './rule.ts';

const limits = (file: string): string => tests(`redis-tier/limits/${file}`);
const limiter = tier('limits/limiter');
const checkScript = tier('limits/check-script');

/** Each process takes ten units at a time and spends the rest later. */
const takesAhead: readonly Edit[] = [
  {
    file: limiter,
    from: '        if (known !== undefined) told(known);\n        else decide(rule, place, cost, told, reject);',
    to: `        const stock = ahead.get(place) ?? [];
        ahead.set(place, stock);
        const one = stock.pop();
        if (known !== undefined) told(known);
        else if (one !== undefined) told(one);
        else
          decide(
            rule,
            place,
            10 * cost,
            (decision) => {
              if (decision.allowed) for (let i = 1; i < 10; i++) stock.push(decision);
              told(decision);
            },
            reject,
          );`,
  },
  {
    file: limiter,
    from: '  const nowMs = (): number => clock.nowMs();\n',
    to: '  const nowMs = (): number => clock.nowMs();\n  const ahead = new Map<Place, Decision[]>();\n',
  },
];

export const limitsRules: readonly Rule[] = [
  {
    number: 20,
    says: 'In any stretch of a window no more than the limit is admitted: what is admitted counts from its own moment on, and nothing is taken to be spent later.',
    mutations: [
      {
        off: 'a process takes ten units at a time and spends them when it likes',
        edits: takesAhead,
        fails: {
          file: limits('limiter'),
          test: 'takes nothing ahead: a client that keeps to its limit over four processes is never refused',
        },
      },
      {
        off: 'a unit counts from the beginning of its sub-bucket, so that the oldest leaves early',
        edits: [{ file: checkScript, from: ' + tick - 1 - base\n', to: ' - base\n' }],
        fails: {
          file: limits('decisions'),
          test: 'that came %i ms after the beginning of its sub-bucket stays for the whole window',
        },
      },
      {
        off: 'a refusal consumes units',
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
    says: 'No process keeps units back from the others: checks of one turn travel as one call instead, and refusals are remembered.',
    mutations: [
      {
        off: 'a process takes ten units at a time, and the last ones lie where nobody asks for them',
        edits: takesAhead,
        fails: {
          file: limits('limiter'),
          test: 'takes nothing ahead: a client that keeps to its limit over four processes is never refused',
        },
      },
      {
        off: 'every check is a call of its own',
        edits: [
          {
            file: tier('limits/turn'),
            from: '      if (waiting.length === 0 && underWay === 0) flushSoon();\n      waiting.push(check);',
            to: '      waiting.push(check);\n      flush();',
          },
        ],
        fails: { file: limits('limiter'), test: 'travel as one call, each with its own verdict' },
      },
      {
        off: 'refusals are not remembered',
        edits: [
          {
            file: tier('limits/deny-cache'),
            from: 'refusal === undefined || cost',
            to: 'refusal !== null || cost',
          },
        ],
        fails: {
          file: limits('deny-cache'),
          test: 'covers the same and a higher cost without the server, and no lower one',
        },
      },
    ],
  },
  {
    number: 22,
    says: 'A steady client gets twelve thirteenths of a limit, and all of one of 32 or fewer, which is counted exactly.',
    mutations: [
      {
        off: 'a window has six sub-buckets',
        edits: [{ file: tier('limits/windows'), from: 'subBuckets = 12;', to: 'subBuckets = 6;' }],
        fails: {
          file: limits('decisions'),
          test: 'that asks for more than its %i a minute gets twelve thirteenths',
        },
      },
      {
        off: 'small limits have sub-buckets too',
        edits: [
          { file: tier('limits/windows'), from: 'largestExactLimit = 32;', to: 'largestExactLimit = 0;' },
        ],
        fails: { file: limits('script'), test: 'admit what an exact log admits, for limits of 32 and below' },
      },
    ],
  },
  {
    number: 23,
    says: 'A remembered refusal is of a subject, a resource and a cost; it covers equal and higher costs, ends at the time of sending plus the wait, is held for five seconds at most, and is dropped by a reset and an override. A cost above a limit is an error.',
    mutations: [
      {
        off: 'it covers lower costs too',
        edits: [{ file: tier('limits/deny-cache'), from: ' || cost < refusal.cost)', to: ')' }],
        fails: {
          file: limits('deny-cache'),
          test: 'covers the same and a higher cost without the server, and no lower one',
        },
      },
      {
        off: 'all resources of a subject share it',
        edits: [
          {
            file: tier('limits/limiter'),
            from: 'places: new Places(prefix, name, windows, capacity),',
            to: 'places: (first ??= new Places(prefix, name, windows, capacity)),',
          },
          {
            file: tier('limits/limiter'),
            from: '  const statistics = createStatistics();\n',
            to: '  const statistics = createStatistics();\n  let first: Places | undefined;\n',
          },
        ],
        fails: { file: limits('deny-cache'), test: 'covers no other subject and no other resource' },
      },
      {
        off: 'the wait counts from the reply',
        edits: [
          {
            file: limiter,
            from: 'cacheDenial(place, cost, decision, { drops, sentMs });',
            to: 'cacheDenial(place, cost, decision, { drops, sentMs: Math.max(sentMs, nowMs()) });',
          },
        ],
        fails: { file: limits('deny-cache'), test: 'counts from the sending, however late the reply' },
      },
      {
        off: 'it is held for five seconds, however short the wait',
        edits: [
          {
            file: tier('limits/deny-cache'),
            from: 'Math.min(decision.retryAfterMs, maxMs)',
            to: 'maxMs',
          },
        ],
        fails: { file: limits('deny-cache'), test: 'ends with the wait when that is shorter' },
      },
      {
        off: 'it is held for as long as the wait, however long',
        edits: [
          {
            file: tier('limits/deny-cache'),
            from: 'Math.min(decision.retryAfterMs, maxMs)',
            to: 'decision.retryAfterMs',
          },
        ],
        fails: { file: limits('deny-cache'), test: 'is held for five seconds at the most' },
      },
      {
        off: 'a reset leaves it',
        edits: [
          {
            file: limiter,
            from: '        dropDenial(place);\n        clearAdmissions',
            to: '        clearAdmissions',
          },
        ],
        fails: { file: limits('deny-cache'), test: 'is dropped by a reset' },
      },
      {
        off: 'an override leaves it',
        edits: [
          {
            file: limiter,
            from: '      dropDenial(place);\n      await watch?.release([resource]',
            to: '      await watch?.release([resource]',
          },
        ],
        fails: { file: limits('deny-cache'), test: 'is dropped by an override' },
      },
      {
        off: 'one that was under way when it was dropped is remembered',
        edits: [{ file: tier('limits/deny-cache'), from: '  if (drops !== place.drops) return;\n', to: '' }],
        fails: { file: limits('deny-cache'), test: 'is dropped by a reset also when it was under way' },
      },
      {
        off: 'a cost above a limit is a refusal like any other',
        edits: [
          { file: limiter, from: "    if (verdict === 'above limit') throw costAboveLimit(cost);\n", to: '' },
        ],
        fails: {
          file: limits('limiter'),
          test: 'refuses a cost above a limit as an error, and what is no cost',
        },
      },
    ],
  },
  {
    number: 24,
    says: 'The clock of a decision never goes below the last entry; a step back of more than the longest window is taken for a mended clock.',
    mutations: [
      {
        off: 'the server’s clock is taken as it is',
        edits: [{ file: checkScript, from: 'behind > 0 and timeMs + behind or timeMs', to: 'timeMs' }],
        fails: {
          file: limits('decisions'),
          test: 'frees nothing early when it is put right: units count from the latest time that was seen',
        },
      },
      {
        off: 'a clock that was wrong by years locks everybody out',
        edits: [{ file: checkScript, from: 'if behind > config.longest then', to: 'if false then' }],
        fails: { file: limits('decisions'), test: 'by years locks nobody out for years' },
      },
      {
        off: 'the wait is told by the clock that stands still',
        edits: [
          { file: checkScript, from: 'local toTime = base - timeMs +', to: 'local toTime = base - nowMs +' },
        ],
        fails: {
          file: limits('decisions'),
          test: 'tells a wait that is exact: refused one ms before, allowed then',
        },
      },
    ],
  },
  {
    number: 25,
    says: 'Without the server a process goes on from what it admitted itself, with its share of the limit, and charges that afterwards, once; what must not be decided without it is refused as an outage. A full server counts as one that is away.',
    mutations: [
      {
        off: 'an outage is a new start',
        edits: [
          {
            file: limiter,
            from: 'if (cost > 0 && decision.allowed) recordAdmission(place, cost, nowMs(), states);\n    else if (cost > 0)',
            to: 'if (cost > 0 && !decision.allowed)',
          },
        ],
        fails: {
          file: limits('faults'),
          test: 'costs the deadline once and then nothing, and limits hold with what was admitted before',
        },
      },
      {
        off: 'each process has the whole limit',
        edits: [{ file: tier('limits/local-limiter'), from: 'Math.floor(limit / fleetSize)', to: 'limit' }],
        fails: { file: limits('faults'), test: 'leaves each process of a fleet its share' },
      },
      {
        off: 'what was admitted without the server is never charged',
        edits: [
          {
            file: tier('limits/charging'),
            from: '    for (const part of',
            to: '    if (nowMs() < 0) for (const part of',
          },
        ],
        fails: { file: limits('faults'), test: 'is told afterwards what was admitted meanwhile, once' },
      },
      {
        off: 'what the server had taken, and answered too late, is charged again',
        edits: [{ file: limiter, from: "'allowed') charge.settled = true;", to: "'allowed') return;" }],
        fails: { file: limits('faults'), test: 'is told afterwards what was admitted meanwhile, once' },
      },
      {
        off: 'the log-in goes on without knowing anything',
        edits: [
          { file: limiter, from: "    if (rule.onOutage === 'closed') return outageDecision();\n", to: '' },
        ],
        fails: { file: limits('faults'), test: 'closes auth and leaves the rest to this process' },
      },
      {
        off: 'the same, while the server is frozen',
        edits: [
          { file: limiter, from: "    if (rule.onOutage === 'closed') return outageDecision();\n", to: '' },
        ],
        fails: {
          file: limits('faults'),
          test: 'closes what may not be decided without it: an outage, not a refusal',
        },
      },
    ],
  },
];
