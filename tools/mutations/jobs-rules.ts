import { type Rule, tests, tier } from './rule.ts';

const outbox = (file: string): string => `apps/server/src/outbox/${file}.ts`;
const sqlContract = tests('integration/jobs/outbox');
const packagedOutbox = tests('integration/tier-jobs/postgres-outbox');
const packagedContract = tests('integration/tier-jobs/outbox');
const queue = tests('integration/tier-jobs/queue');
const deliverer = tests('integration/tier-jobs/deliverer');

export const jobsRules: readonly Rule[] = [
  {
    number: 26,
    description:
      'A change cancels its messages in its own transaction, and a claim reads only the message’s row, so that no claim commits after the cancellation. A message that is being sent at that moment gets a follow-up after its completion.',
    mutations: [
      {
        off: 'a claim checks the booking, which it does not read again after it has waited for the row',
        edits: [
          {
            file: outbox('messages/message-claims'),
            from: "WHERE state IN ('pending', 'enqueued') AND due_at <= requested.due_before AND ${notBehindAnother}",
            to: "WHERE EXISTS (SELECT FROM booking WHERE booking.id = booking_id AND booking.status <> 'cancelled') AND due_at <= requested.due_before AND ${notBehindAnother}",
          },
        ],
        fails: {
          file: tests('integration/jobs/claim-race'),
          test: 'a claim that waits for a cancel finds the message cancelled',
        },
      },
      {
        off: 'a cancellation does not cancel its messages',
        edits: [
          {
            file: outbox('messages/messages'),
            from: "state = CASE WHEN state IN ('pending', 'enqueued', 'unknown') THEN 'cancelled' ELSE state END",
            to: 'state = state',
          },
        ],
        fails: {
          file: tests('integration/jobs/changes'),
          test: 'a booking cancelled before its confirmation is claimed causes no mail',
        },
      },
      {
        off: 'a cancellation in the outbox of the package leaves the message as it is',
        edits: [
          {
            file: tier('postgres-outbox/program-calls'),
            from: "state = CASE WHEN state IN ('pending', 'enqueued', 'unknown') THEN 'cancelled' ELSE state END",
            to: 'state = state',
          },
          {
            file: tier('postgres-outbox/program-calls'),
            from: "finished_at = CASE WHEN state IN ('pending', 'enqueued', 'unknown') THEN $1::timestamptz ELSE finished_at END",
            to: 'finished_at = finished_at',
          },
        ],
        fails: { file: packagedOutbox, test: 'a claim that waits for a cancel finds the message cancelled' },
      },
      {
        off: 'the outbox of the package waits for a locked message while it holds others',
        edits: [
          {
            file: tier('postgres-outbox/upkeep'),
            from: "raising('SKIP LOCKED')",
            to: "raising('')",
          },
        ],
        fails: {
          file: packagedOutbox,
          test: 'a program that cancels messages in any order does not deadlock with their generations',
        },
      },
      {
        off: 'a late markEnqueued revives a cancelled message',
        edits: [
          {
            file: outbox('messages/message-store'),
            from: "locked(refs, sql`state IN ('pending', 'enqueued')`)",
            to: 'locked(refs, sql`TRUE`)',
          },
        ],
        fails: {
          file: tests('integration/jobs/claim-race'),
          test: 'a late markEnqueued does not revive a cancelled message',
        },
      },
      {
        off: 'a follow-up does not wait for the message that is being sent',
        edits: [
          {
            file: outbox('messages/send-order'),
            from: "earlier.state = 'sending')`",
            to: "earlier.state = 'nothing')`",
          },
        ],
        fails: {
          file: sqlContract,
          test: 'a message waits for the one that it follows while that one is being sent',
        },
      },
      {
        off: 'a message that was cancelled while it was being sent is retried',
        edits: [
          {
            file: outbox('messages/message-outcomes'),
            from: "state: sql`CASE WHEN superseded_at IS NULL THEN ${state} ELSE 'cancelled' END`",
            to: 'state: sql`${state}`',
          },
        ],
        fails: {
          file: sqlContract,
          test: 'a message that was cancelled while it was being sent is not retried',
        },
      },
    ],
  },
  {
    number: 27,
    description:
      'A job’s id consists of the message and its generation, which the database increments whenever the message is enqueued again. A job contains nothing else, and a claim requires the current generation of a pending or enqueued message.',
    mutations: [
      {
        off: 'the job id does not contain the generation, so the queue ignores a repeated job',
        edits: [
          {
            file: tier('jobs/queue/wake-up-queue'),
            from: 'jobId: jobIdOf(...batch.messages),',
            to: 'jobId: jobIdOf(...batch.messages.map(({ id }) => ({ id, generation: 1 }))),',
          },
        ],
        fails: {
          file: queue,
          test: 'when its job is half lost: the generation is incremented, because BullMQ would ignore the same id',
        },
      },
      {
        off: 'the generation is not incremented',
        edits: [
          {
            file: outbox('messages/message-store'),
            from: "UPDATE outbox_message SET state = 'pending', generation = generation + 1\n",
            to: "UPDATE outbox_message SET state = 'pending'\n",
          },
        ],
        fails: {
          file: sqlContract,
          test: 'a claim requires the current generation: an outdated job claims nothing',
        },
      },
      {
        off: 'a claim accepts any generation',
        edits: [
          {
            file: outbox('messages/message-claims'),
            from: 'ON requested.id = outbox_message.id AND requested.generation = outbox_message.generation\n',
            to: 'ON requested.id = outbox_message.id\n',
          },
        ],
        fails: {
          file: sqlContract,
          test: 'a claim requires the current generation: an outdated job claims nothing',
        },
      },
      {
        off: 'a claim in the outbox of the package accepts any generation',
        edits: [
          {
            file: tier('postgres-outbox/claims'),
            from: 'ON requested.id = message.id AND requested.generation = message.generation\n',
            to: 'ON requested.id = message.id\n',
          },
        ],
        fails: {
          file: packagedContract,
          test: 'a claim requires the current generation: an outdated job claims nothing',
        },
      },
      {
        off: 'a shared claim uses the earliest due time of its callers',
        edits: [{ file: tier('postgres-outbox/claims'), from: 'Math.max(', to: 'Math.min(' }],
        fails: {
          file: packagedContract,
          test: 'a message due at the latest of several concurrent claims is claimed, not missed',
        },
      },
      {
        off: 'a claim accepts completed messages',
        edits: [
          {
            file: outbox('messages/message-claims'),
            from: "WHERE state IN ('pending', 'enqueued') AND due_at <= requested.due_before",
            to: 'WHERE due_at <= requested.due_before',
          },
        ],
        fails: { file: sqlContract, test: 'a message that was cancelled, sent or refused cannot be claimed' },
      },
      {
        off: 'a worker reads the payload of a job',
        edits: [
          {
            file: tier('jobs/queue/queue-worker'),
            from: 'refsOfJobId(job.id)',
            to: "(job.name === 'deliver' ? refsOfJobId(job.id) : [])",
          },
        ],
        fails: {
          file: queue,
          test: 'delivers a job that has lost its payload by its id',
        },
      },
    ],
  },
  {
    number: 28,
    description:
      'A periodic scan by state, without a cursor, finds messages that the queue has lost, 30 s after they were due. A missing canary or another replication id only starts a scan immediately.',
    mutations: [
      {
        off: 'there is no periodic scan',
        edits: [
          {
            file: tier('jobs/delivery/reconciler'),
            from: 'return await requeueLost(all);',
            to: 'return all ? await requeueLost(all) : 0;',
          },
        ],
        fails: { file: queue, test: 'when Redis has lost its job: it is found by its state' },
      },
      {
        off: 'the scan continues from the last id',
        edits: [
          {
            file: tier('jobs/delivery/reconciler'),
            from: '  let queueEmptied = false;\n',
            to: "  let queueEmptied = false;\n  let cursor = '';\n",
          },
          {
            file: tier('jobs/delivery/reconciler'),
            from: 'const refs = await store.findLost({ ...lost, limit: batch });',
            to: `const refs = (await store.findLost({ ...lost, limit: batch })).filter(({ id }) => id > cursor);
      cursor = refs.at(-1)?.id ?? cursor;`,
          },
        ],
        fails: {
          file: deliverer,
          test: 'enqueues late messages again, in whatever order they were written',
        },
      },
      {
        off: 'late messages are found too late',
        edits: [
          {
            file: tier('jobs/delivery/reconciler'),
            from: '{ dueBeforeMs: nowMs - lateMs, enqueued',
            to: '{ dueBeforeMs: nowMs - 10 * lateMs, enqueued',
          },
        ],
        fails: {
          file: deliverer,
          test: 'enqueues late messages again, in whatever order they were written',
        },
      },
      {
        off: 'a missing canary is not detected',
        edits: [
          {
            file: tier('jobs/queue/queue-monitor'),
            from: 'if (before.canary !== now.canary)',
            to: 'if (before === null)',
          },
        ],
        fails: { file: queue, test: 'immediately after FLUSHALL, even if it was not due yet' },
      },
      {
        off: 'another replication id is not detected',
        edits: [
          {
            file: tier('jobs/queue/queue-monitor'),
            from: 'else if (before.replicationId !== now.replicationId)',
            to: 'else if (before === null)',
          },
        ],
        fails: {
          file: queue,
          test: 'immediately after a change of the replication id, even with the old canary',
        },
      },
      {
        off: 'a failed scan is not repeated',
        edits: [{ file: tier('jobs/delivery/reconciler'), from: '        queueEmptied ||= all;\n', to: '' }],
        fails: { file: deliverer, test: 'remembers a loss that it could not handle' },
      },
    ],
  },
  {
    number: 29,
    description:
      'A message whose lease expires becomes unknown: it is counted and resent as often as its kind allows, with the same Message-ID. A worker renews a lease that is half over before it sends.',
    mutations: [
      {
        off: 'a message whose lease expires becomes pending again',
        edits: [
          {
            file: outbox('messages/message-store'),
            from: "state = CASE WHEN superseded_at IS NULL THEN 'unknown' ELSE 'cancelled' END",
            to: "state = CASE WHEN superseded_at IS NULL THEN 'pending' ELSE 'cancelled' END",
          },
        ],
        fails: {
          file: sqlContract,
          test: 'an expired lease makes the message unknown, and it is resent as often as its kind allows',
        },
      },
      {
        off: 'it is resent without a limit',
        edits: [{ file: outbox('messages/message-store'), from: ' AND unknown_outcomes <= ${most}', to: '' }],
        fails: {
          file: sqlContract,
          test: 'an expired lease makes the message unknown, and it is resent as often as its kind allows',
        },
      },
      {
        off: 'it is not reported',
        edits: [
          {
            file: tier('jobs/delivery/reconciler'),
            from: 'if (expired.length > 0) onEvent',
            to: 'if (expired.length < 0) onEvent',
          },
        ],
        fails: {
          file: deliverer,
          test: 'counts leases that expired without an outcome, and resends their messages as often as the kind allows',
        },
      },
      {
        off: 'a resent mail has another Message-ID',
        edits: [
          {
            file: 'apps/server/src/notifications/appointment-handlers.ts',
            from: 'messageId: `<${claim.id}@bookedbarber>`',
            to: 'messageId: `<${claim.id}.${claim.attempts}@bookedbarber>`',
          },
        ],
        fails: {
          file: tests('integration/mail/smtp'),
          test: 'resends a mail once, under the same Message-ID, when the connection breaks after the content',
        },
      },
      {
        off: 'a worker sends with a lease that has nearly expired',
        edits: [
          {
            file: tier('jobs/delivery/attempt'),
            from: '      if (untilMs - clock.nowMs() < halfMs) await renew();\n',
            to: '',
          },
        ],
        fails: { file: deliverer, test: 'that is half over is renewed before anything is sent' },
      },
      {
        off: 'a worker sends although it has lost its lease',
        edits: [
          {
            file: tier('jobs/delivery/attempt'),
            from: "    else abort(new LeaseLostError('another worker holds the lease'));\n",
            to: '',
          },
        ],
        fails: {
          file: deliverer,
          test: 'that is lost sends nothing: a worker that was frozen notices before it sends',
        },
      },
    ],
  },
  {
    number: 30,
    description:
      'A message is enqueued first and marked as enqueued afterward. Only messages that are due within five minutes are enqueued.',
    mutations: [
      {
        off: 'a message is marked as enqueued first',
        edits: [
          {
            file: tier('jobs/delivery/enqueue'),
            from: '      try {\n        await wakeUpQueue.notify',
            to: '      await store.markEnqueued(due, nowMs);\n      try {\n        await wakeUpQueue.notify',
          },
          {
            file: tier('jobs/delivery/enqueue'),
            from: '      await store.markEnqueued(due, nowMs);\n      enqueued += due.length;\n      if (urgentOnly)',
            to: '      enqueued += due.length;\n      if (urgentOnly)',
          },
        ],
        fails: { file: queue, test: 'accepts nothing when it is full, and the outbox is polled' },
      },
      {
        off: 'messages are enqueued regardless of when they are due',
        edits: [
          {
            file: tier('jobs/delivery/enqueue'),
            from: 'dueBeforeMs: nowMs + aheadMs,',
            to: 'dueBeforeMs: nowMs + 1000 * aheadMs,',
          },
        ],
        fails: { file: queue, test: 'receives only messages that are due soon' },
      },
    ],
  },
  {
    number: 31,
    description:
      'Pauses, rates, retries and due times are in the database. A job wakes a worker once, and its payload is not used.',
    mutations: [
      {
        off: 'the queue retries jobs',
        edits: [
          {
            file: tier('jobs/queue/wake-up-queue'),
            from: 'const once = { attempts: 1,',
            to: 'const once = { attempts: 3,',
          },
        ],
        fails: {
          file: queue,
          test: 'contains only message ids, delivers each job once, and keeps nothing of finished jobs',
        },
      },
      {
        off: 'the payload contains the messages',
        edits: [
          {
            file: tier('jobs/queue/wake-up-queue'),
            from: 'data: batch.messages.length,',
            to: 'data: batch.messages,',
          },
        ],
        fails: {
          file: queue,
          test: 'contains only message ids, delivers each job once, and keeps nothing of finished jobs',
        },
      },
      {
        off: 'each process has its own rate limit for the provider',
        edits: [
          {
            file: outbox('messages/send-rate'),
            from: '  const stepMs = 1000 / perSecond;\n',
            to: '  const stepMs = 1000 / perSecond;\n  channel += Math.random();\n',
          },
        ],
        fails: {
          file: tests('integration/jobs/send-rate'),
          test: 'all processes share the turns of a provider, which are spaced by its rate',
        },
      },
      {
        off: 'a claim does not require the message to be due',
        edits: [
          {
            file: outbox('messages/message-claims'),
            from: "WHERE state IN ('pending', 'enqueued') AND due_at <= requested.due_before AND",
            to: "WHERE state IN ('pending', 'enqueued') AND",
          },
        ],
        fails: { file: sqlContract, test: 'a claim requires the message to be due' },
      },
      {
        off: 'the due time of a retry is not stored in the database',
        edits: [
          {
            file: outbox('messages/message-outcomes'),
            from: "{ ...again(now), dueAt: new Date(completion.dueMs), lastError: completion.reason };\n    case 'postponed'",
            to: "{ ...again(now), lastError: completion.reason };\n    case 'postponed'",
          },
        ],
        fails: { file: sqlContract, test: 'a message to be retried is pending under the next generation' },
      },
    ],
  },
  {
    number: 32,
    description:
      'A booking, its messages (one per kind, version and occasion), the messages that they supersede, the cache invalidations, and the record of its Idempotency-Key are one transaction, whose commit notifies the listeners.',
    mutations: [
      {
        off: 'a repeated request is executed again',
        edits: [
          {
            file: 'apps/server/src/http/idempotency.ts',
            from: 'if (claimed === undefined) return',
            to: 'if (claimed === null) return',
          },
        ],
        fails: {
          file: tests('integration/jobs/changes'),
          test: 'a rejected or repeated request writes no further message',
        },
      },
      {
        off: 'the listeners are not notified',
        edits: [
          {
            file: outbox('invalidations/invalidations'),
            from: "  await notifyOutbox(tx, 'invalidations');\n",
            to: '',
          },
        ],
        fails: {
          file: tests('integration/jobs/invalidations'),
          test: 'notifies listeners at the commit, and again after a reconnect',
        },
      },
    ],
  },
];
