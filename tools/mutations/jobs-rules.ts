import { type Rule, tests, tier } from './rule.ts';

const outbox = (file: string): string => `apps/server/src/outbox/${file}.ts`;
const sqlContract = tests('jobs/outbox');
const queue = tests('redis-tier/jobs/queue');
const deliverer = tests('redis-tier/jobs/deliverer');

export const jobsRules: readonly Rule[] = [
  {
    number: 26,
    says: 'A change takes its messages back in its own transaction, and a claim reads the message’s row alone: no claim commits after the cancel. What is being sent at that moment is followed up when it has settled.',
    mutations: [
      {
        off: 'a claim believes the booking, which it does not read again after it waited for the row',
        edits: [
          {
            file: outbox('message-claims'),
            from: "WHERE state IN ('pending', 'handed') AND due_at <= wanted.due_before AND ${notBehindAnother}",
            to: "WHERE EXISTS (SELECT FROM booking WHERE booking.id = booking_id AND booking.status <> 'cancelled') AND due_at <= wanted.due_before AND ${notBehindAnother}",
          },
        ],
        fails: {
          file: tests('jobs/claim-race'),
          test: 'a claim that waits for a cancel finds the message cancelled',
        },
      },
      {
        off: 'a cancel leaves the rows of its messages',
        edits: [
          {
            file: outbox('messages'),
            from: "state = CASE WHEN state IN ('pending', 'handed', 'unknown') THEN 'cancelled' ELSE state END",
            to: 'state = state',
          },
        ],
        fails: {
          file: tests('jobs/changes'),
          test: 'a booking cancelled before anybody claimed its confirmation makes no mail at all',
        },
      },
      {
        off: 'a note that comes late brings a cancelled message back',
        edits: [
          {
            file: outbox('message-store'),
            from: "locked(refs, sql`state IN ('pending', 'handed')`)",
            to: 'locked(refs, sql`TRUE`)',
          },
        ],
        fails: {
          file: tests('jobs/claim-race'),
          test: 'a hand-over that is noted late does not bring a cancelled message back',
        },
      },
      {
        off: 'a follow-up does not wait for what is being sent',
        edits: [
          {
            file: outbox('in-turn'),
            from: "earlier.state = 'sending')`",
            to: "earlier.state = 'nothing')`",
          },
        ],
        fails: {
          file: sqlContract,
          test: 'a message waits for the one that it follows, while that is being sent',
        },
      },
      {
        off: 'what was cancelled while it was being sent is tried again',
        edits: [
          {
            file: outbox('message-settling'),
            from: "state: sql`CASE WHEN superseded_at IS NULL THEN ${state} ELSE 'cancelled' END`",
            to: 'state: sql`${state}`',
          },
        ],
        fails: { file: sqlContract, test: 'what was cancelled while it was being sent is not tried again' },
      },
    ],
  },
  {
    number: 27,
    says: 'A job’s name is the message and its generation, which goes up in the database with every hand-over anew; a job says nothing else, and a claim wants the present generation of what is pending or handed.',
    mutations: [
      {
        off: 'a job is called by its message alone, so the queue takes it for known when it comes again',
        edits: [
          {
            file: tier('jobs/doorbell'),
            from: 'jobId: jobIdOf(...bundle.messages),',
            to: 'jobId: jobIdOf(...bundle.messages.map(({ id }) => ({ id, generation: 1 }))),',
          },
        ],
        fails: {
          file: queue,
          test: 'a job id that is half lost would be ignored for ever, so its generation goes up',
        },
      },
      {
        off: 'the generation stays',
        edits: [
          {
            file: outbox('message-store'),
            from: "UPDATE outbox_message SET state = 'pending', generation = generation + 1\n",
            to: "UPDATE outbox_message SET state = 'pending'\n",
          },
        ],
        fails: {
          file: sqlContract,
          test: 'a claim wants the present generation: an old hand-over claims nothing',
        },
      },
      {
        off: 'a claim takes any generation',
        edits: [
          {
            file: outbox('message-claims'),
            from: 'ON wanted.id = outbox_message.id AND wanted.generation = outbox_message.generation\n',
            to: 'ON wanted.id = outbox_message.id\n',
          },
        ],
        fails: {
          file: sqlContract,
          test: 'a claim wants the present generation: an old hand-over claims nothing',
        },
      },
      {
        off: 'a claim takes what has ended',
        edits: [
          {
            file: outbox('message-claims'),
            from: "WHERE state IN ('pending', 'handed') AND due_at <= wanted.due_before",
            to: 'WHERE due_at <= wanted.due_before',
          },
        ],
        fails: { file: sqlContract, test: 'nobody claims what was cancelled, sent or refused' },
      },
      {
        off: 'a worker wants the payload of a job',
        edits: [
          {
            file: tier('jobs/queue-worker'),
            from: 'refsOfJobId(job.id)',
            to: "(job.name === 'deliver' ? refsOfJobId(job.id) : [])",
          },
        ],
        fails: {
          file: queue,
          test: 'that rings for something else than its payload says is believed by its id alone',
        },
      },
    ],
  },
  {
    number: 28,
    says: 'What the queue lost is found by a scan of states at regular times, 30 s after it was due, never by a cursor; a canary that is gone and another history only begin a scan at once.',
    mutations: [
      {
        off: 'nothing is scanned',
        edits: [
          {
            file: tier('jobs/reconciler'),
            from: 'return await requeueLost(all);',
            to: 'return all ? await requeueLost(all) : 0;',
          },
        ],
        fails: { file: queue, test: 'a job that Redis has forgotten is found by its state' },
      },
      {
        off: 'the scan goes on from the id at which it stood',
        edits: [
          {
            file: tier('jobs/reconciler'),
            from: '  let queueEmptied = false;\n',
            to: "  let queueEmptied = false;\n  let cursor = '';\n",
          },
          {
            file: tier('jobs/reconciler'),
            from: 'const refs = await store.findLost({ ...lost, limit: batch });',
            to: `const refs = (await store.findLost({ ...lost, limit: batch })).filter(({ id }) => id > cursor);
      cursor = refs.at(-1)?.id ?? cursor;`,
          },
        ],
        fails: {
          file: deliverer,
          test: 'hands over again what is late, whatever the order in which it was written',
        },
      },
      {
        off: 'it is not looked at before its time, though it is late',
        edits: [
          {
            file: tier('jobs/reconciler'),
            from: '{ dueBeforeMs: nowMs - lateMs, handed',
            to: '{ dueBeforeMs: nowMs - 10 * lateMs, handed',
          },
        ],
        fails: {
          file: deliverer,
          test: 'hands over again what is late, whatever the order in which it was written',
        },
      },
      {
        off: 'nobody misses the canary',
        edits: [
          {
            file: tier('jobs/queue-watch'),
            from: 'if (before.canary !== now.canary)',
            to: 'if (before === null)',
          },
        ],
        fails: { file: queue, test: 'FLUSHALL: at once, also what was not due yet' },
      },
      {
        off: 'nobody looks at the history',
        edits: [
          {
            file: tier('jobs/queue-watch'),
            from: 'else if (before.replicationId !== now.replicationId)',
            to: 'else if (before === null)',
          },
        ],
        fails: { file: queue, test: 'another history with the old canary: at once' },
      },
      {
        off: 'a loss that could not be seen to is forgotten',
        edits: [{ file: tier('jobs/reconciler'), from: '        queueEmptied ||= all;\n', to: '' }],
        fails: { file: deliverer, test: 'remembers a loss that it could not see to' },
      },
    ],
  },
  {
    number: 29,
    says: 'A claim that ran out is unknown: counted, sent again as often as its kind says, under the same Message-ID. A worker that finds half of its claim gone claims again before it sends.',
    mutations: [
      {
        off: 'a claim that ran out is simply pending again',
        edits: [
          {
            file: outbox('message-store'),
            from: "state = CASE WHEN superseded_at IS NULL THEN 'unknown' ELSE 'cancelled' END",
            to: "state = CASE WHEN superseded_at IS NULL THEN 'pending' ELSE 'cancelled' END",
          },
        ],
        fails: {
          file: sqlContract,
          test: 'a claim that ran out is unknown, and sent again as often as its kind says',
        },
      },
      {
        off: 'it is sent again and again',
        edits: [{ file: outbox('message-store'), from: ' AND unknowns <= ${most}', to: '' }],
        fails: {
          file: sqlContract,
          test: 'a claim that ran out is unknown, and sent again as often as its kind says',
        },
      },
      {
        off: 'nobody hears of it',
        edits: [
          {
            file: tier('jobs/reconciler'),
            from: 'if (expired.length > 0) onEvent',
            to: 'if (expired.length < 0) onEvent',
          },
        ],
        fails: {
          file: deliverer,
          test: 'counts claims that ended without a word, and sends them again as often as the kind says',
        },
      },
      {
        off: 'a mail that is sent again has another Message-ID',
        edits: [
          {
            file: 'apps/server/src/notifications/appointment-handlers.ts',
            from: 'messageId: `<${claim.id}@bookedbarber>`',
            to: 'messageId: `<${claim.id}.${claim.attempts}@bookedbarber>`',
          },
        ],
        fails: {
          file: tests('jobs/smtp'),
          test: 'a connection that breaks after the content leaves it unknown: sent again once, under the same Message-ID',
        },
      },
      {
        off: 'a worker sends with a claim that has nearly run out',
        edits: [
          {
            file: tier('jobs/attempt'),
            from: '      if (untilMs - clock.nowMs() < halfMs) await renew();\n',
            to: '',
          },
        ],
        fails: { file: deliverer, test: 'that is half over is claimed again before anything is sent' },
      },
      {
        off: 'a worker sends though its claim is lost',
        edits: [
          {
            file: tier('jobs/attempt'),
            from: "    else abort(new LeaseLostError('the claim was given to somebody else'));\n",
            to: '',
          },
        ],
        fails: {
          file: deliverer,
          test: 'that is lost sends nothing: a worker that was frozen finds out before, not after',
        },
      },
    ],
  },
  {
    number: 30,
    says: 'The queue is told first and the note is made afterwards; only what is due within five minutes is handed over.',
    mutations: [
      {
        off: 'the note is made first',
        edits: [
          {
            file: tier('jobs/hand-over'),
            from: '      try {\n        await doorbell.ring',
            to: '      await store.markEnqueued(due, nowMs);\n      try {\n        await doorbell.ring',
          },
          {
            file: tier('jobs/hand-over'),
            from: '      await store.markEnqueued(due, nowMs);\n      handed += due.length;\n      if (urgentOnly)',
            to: '      handed += due.length;\n      if (urgentOnly)',
          },
        ],
        fails: { file: queue, test: 'that is full takes nothing, and the outbox is drained' },
      },
      {
        off: 'everything is handed over at once',
        edits: [
          {
            file: tier('jobs/hand-over'),
            from: 'dueBeforeMs: nowMs + aheadMs,',
            to: 'dueBeforeMs: nowMs + 1000 * aheadMs,',
          },
        ],
        fails: { file: queue, test: 'is told only of what is due soon' },
      },
    ],
  },
  {
    number: 31,
    says: 'Pauses, rates, retries and due times are in the database; a job rings once and its payload says nothing.',
    mutations: [
      {
        off: 'the queue tries again by itself',
        edits: [
          {
            file: tier('jobs/doorbell'),
            from: 'const once = { attempts: 1,',
            to: 'const once = { attempts: 3,',
          },
        ],
        fails: {
          file: queue,
          test: 'holds names and nothing else, is asked once, and keeps nothing of what was done',
        },
      },
      {
        off: 'the payload is the messages',
        edits: [
          {
            file: tier('jobs/doorbell'),
            from: 'data: bundle.messages.length,',
            to: 'data: bundle.messages,',
          },
        ],
        fails: {
          file: queue,
          test: 'holds names and nothing else, is asked once, and keeps nothing of what was done',
        },
      },
      {
        off: 'each process has the provider’s rate to itself',
        edits: [
          {
            file: outbox('sendRate'),
            from: '  const stepMs = 1000 / perSecond;\n',
            to: '  const stepMs = 1000 / perSecond;\n  channel += Math.random();\n',
          },
        ],
        fails: {
          file: tests('jobs/pace'),
          test: 'a fleet shares the turns of one provider: no two are nearer than its rate',
        },
      },
      {
        off: 'who rings early is believed',
        edits: [
          {
            file: outbox('message-claims'),
            from: "WHERE state IN ('pending', 'handed') AND due_at <= wanted.due_before AND",
            to: "WHERE state IN ('pending', 'handed') AND",
          },
        ],
        fails: { file: sqlContract, test: 'a claim wants the message to be due' },
      },
      {
        off: 'what failed waits in the queue and not in the database',
        edits: [
          {
            file: outbox('message-settling'),
            from: "{ ...again(now), dueAt: new Date(settlement.dueMs), lastError: settlement.reason };\n    case 'later'",
            to: "{ ...again(now), lastError: settlement.reason };\n    case 'later'",
          },
        ],
        fails: { file: sqlContract, test: 'what is to be tried again is pending under the next generation' },
      },
    ],
  },
  {
    number: 32,
    says: 'A booking, its messages (one of a kind, version and occasion), what it supersedes, what caches have to forget, and the record of its Idempotency-Key are one transaction, which wakes whoever listens when it commits.',
    mutations: [
      {
        off: 'a request that was sent again does its work again',
        edits: [
          {
            file: 'apps/server/src/http/idempotency.ts',
            from: 'if (claimed === undefined) return',
            to: 'if (claimed === null) return',
          },
        ],
        fails: {
          file: tests('jobs/changes'),
          test: 'a request that is refused or sent again writes no message of its own',
        },
      },
      {
        off: 'nobody is woken',
        edits: [
          { file: outbox('invalidations'), from: "  await notifyOutbox(tx, 'invalidations');\n", to: '' },
        ],
        fails: {
          file: tests('jobs/invalidations'),
          test: 'who listens is woken at the commit, and again after a broken connection',
        },
      },
    ],
  },
];
