import type { Context } from '../../main/context.ts';
import { readOutcomeCounts } from '../../outbox/messages/outcome-counts.ts';
import type { OutboxCountReader } from '../messages/outbox-monitor.ts';
import { counter, type Family, gauge, samplesOf } from './metric-family.ts';

/** Metrics of messages. They come from the database, so they cover all processes. */
export function outboxFamilies({ db }: Context, outbox: OutboxCountReader): Family[] {
  return [
    gauge('outbox_messages', 'Messages by state', ['state'], async () => {
      const states = (await outbox.counts())?.states ?? {};
      return Object.entries(states).map(([state, value]) => ({ labels: { state }, value }));
    }),
    gauge('outbox_lag_seconds', 'Time since the oldest due message became due', [], async () => {
      const counts = await outbox.counts();
      return counts === null ? [] : [{ labels: {}, value: counts.lagMs / 1000 }];
    }),
    gauge('outbox_overdue_messages', 'Messages more than two minutes late', [], async () => {
      const counts = await outbox.counts();
      return counts === null ? [] : [{ labels: {}, value: counts.late }];
    }),
    gauge('outbox_finished_recently', 'Messages finished in the last five minutes', ['state'], async () =>
      samplesOf('state', (await outbox.counts())?.endedRecently ?? {}),
    ),
    gauge('outbox_paused_messages', 'Due messages that are paused', [], async () => {
      const counts = await outbox.counts();
      return counts === null ? [] : [{ labels: {}, value: counts.paused }];
    }),
    gauge('delivery_paused', '1 for each target that an operator has paused', ['target'], async () =>
      ((await outbox.counts())?.pauses ?? []).map(({ target }) => ({ labels: { target }, value: 1 })),
    ),
    gauge('delivery_workers', 'Workers by source of their messages', ['by'], async () => {
      const workers = (await outbox.counts())?.workers ?? [];
      return (['queue', 'outbox'] as const).map((by) => ({
        labels: { by },
        value: workers.filter(({ deliversFrom }) => deliversFrom === by).length,
      }));
    }),
    gauge('scheduled_task_failed', '1 if the latest run of a task failed', ['task'], async () =>
      ((await outbox.counts())?.tasks ?? []).map(({ name, failed }) => ({
        labels: { task: name },
        value: failed ? 1 : 0,
      })),
    ),
    counter(
      'deliveries_total',
      'Completed deliveries by outcome, of all workers since installation, a few seconds old',
      ['kind', 'outcome'],
      async () => {
        // While the database is unavailable, a scrape returns the other metrics.
        const counts = await readOutcomeCounts(db).catch(() => []);
        return counts.map(({ kind, outcome, total }) => ({ labels: { kind, outcome }, value: total }));
      },
    ),
  ];
}
