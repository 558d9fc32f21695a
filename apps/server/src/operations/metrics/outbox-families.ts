import type { Context } from '../../main/context.ts';
import { readOutcomeCounts } from '../../outbox/messages/outcome-counts.ts';
import type { OutboxCountReader } from '../messages/outbox-monitor.ts';
import { counter, type Family, gauge, samplesOf } from './metric-family.ts';

/** What is told of messages: of all processes together, since it stands in the database. */
export function outboxFamilies({ db }: Context, outbox: OutboxCountReader): Family[] {
  return [
    gauge('outbox_messages', 'Messages by where they stand', ['state'], async () => {
      const states = (await outbox.counts())?.states ?? {};
      return Object.entries(states).map(([state, value]) => ({ labels: { state }, value }));
    }),
    gauge('outbox_lag_seconds', 'Since when the oldest due message waits', [], async () => {
      const counts = await outbox.counts();
      return counts === null ? [] : [{ labels: {}, value: counts.lagMs / 1000 }];
    }),
    gauge('outbox_overdue_messages', 'Messages over two minutes late', [], async () => {
      const counts = await outbox.counts();
      return counts === null ? [] : [{ labels: {}, value: counts.late }];
    }),
    gauge('outbox_finished_recently', 'Messages that ended in the last five minutes', ['state'], async () =>
      samplesOf('state', (await outbox.counts())?.endedRecently ?? {}),
    ),
    gauge('outbox_paused_messages', 'Due messages that a pause holds', [], async () => {
      const counts = await outbox.counts();
      return counts === null ? [] : [{ labels: {}, value: counts.held }];
    }),
    gauge('delivery_paused', '1 for what an operator has paused', ['target'], async () =>
      ((await outbox.counts())?.pauses ?? []).map(({ target }) => ({ labels: { target }, value: 1 })),
    ),
    gauge('delivery_workers', 'Workers by where they hear what to send', ['by'], async () => {
      const workers = (await outbox.counts())?.workers ?? [];
      return (['queue', 'outbox'] as const).map((by) => ({
        labels: { by },
        value: workers.filter(({ deliversFrom }) => deliversFrom === by).length,
      }));
    }),
    gauge('scheduled_task_failed', 'Whether the newest run of a task failed', ['task'], async () =>
      ((await outbox.counts())?.tasks ?? []).map(({ name, failed }) => ({
        labels: { task: name },
        value: failed ? 1 : 0,
      })),
    ),
    counter(
      'deliveries_total',
      'Messages that workers were done with, by how: of all workers ever, a few seconds old',
      ['kind', 'outcome'],
      async () => {
        // A scrape of a process whose database is away tells the rest.
        const tally = await readOutcomeCounts(db).catch(() => []);
        return tally.map(({ kind, outcome, total }) => ({ labels: { kind, outcome }, value: total }));
      },
    ),
  ];
}
