import type { Clock } from '@bookedbarber/redis-tier/core';
import type { Attempt, Outcome } from '@bookedbarber/redis-tier/jobs';
import type { ShopRecord } from '../../catalog/catalog.ts';
import type { Db } from '../../database/connect.ts';
import type { SendRate } from '../../outbox/messages/send-rate.ts';
import { localDate } from '../../time/wall-time.ts';
import { isOptedOut, optOut } from './opt-outs.ts';
import type { Sms, SmsTransport } from './sms.ts';
import { countSms } from './usage.ts';

export type SmsSender = ReturnType<typeof createSmsSender>;

/** Text messages as handlers send them: to nobody who has said STOP, at the provider's pace, and counted by the segment. */
export function createSmsSender({
  db,
  clock,
  transport,
  sendRate,
}: {
  db: Db;
  clock: Clock;
  transport: SmsTransport;
  /** null: there is no rate to keep to. */
  sendRate: SendRate | null;
}) {
  return {
    /** `opted out`: nothing was sent, and the person may be written to in another way. */
    async send(
      sms: Sms,
      { shop, attempt }: { shop: Pick<ShopRecord, 'id' | 'zone'>; attempt: Attempt },
    ): Promise<Outcome | 'opted out'> {
      const tooEarly = await sendRate?.wait(attempt.signal, clock.nowMs);
      if (tooEarly) return tooEarly;
      // After the wait: a STOP that came meanwhile counts.
      if (await isOptedOut(db, sms.to)) return 'opted out';
      const result = await transport.send(sms, attempt);
      const nowMs = clock.nowMs();
      switch (result.kind) {
        case 'sent':
          // It is sent, whatever becomes of the count.
          await countSms(db, shop.id, localDate(shop.zone, nowMs), sms.segments).catch(() => {});
          return result;
        case 'opted-out':
          await optOut(db, sms.to, nowMs);
          return 'opted out';
        case 'busy':
          return { kind: 'postponed', dueMs: nowMs + result.forMs, reason: result.reason };
        default:
          return result;
      }
    },
  };
}
