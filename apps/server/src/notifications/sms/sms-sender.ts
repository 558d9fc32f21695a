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

/** Sends text messages: respects opt-outs and the provider's rate, and counts segments. */
export function createSmsSender({
  db,
  clock,
  transport,
  sendRate,
}: {
  db: Db;
  clock: Clock;
  transport: SmsTransport;
  /** null: no rate limit. */
  sendRate: SendRate | null;
}) {
  return {
    /** Returns `opted out` when nothing was sent because of an opt-out; another channel may be used. */
    async send(
      sms: Sms,
      { shop, attempt }: { shop: Pick<ShopRecord, 'id' | 'zone'>; attempt: Attempt },
    ): Promise<Outcome | 'opted out'> {
      const tooEarly = await sendRate?.wait(attempt.signal, clock.nowMs);
      if (tooEarly) return tooEarly;
      // Checked after the wait, so that an opt-out during the wait counts.
      if (await isOptedOut(db, sms.to)) return 'opted out';
      const result = await transport.send(sms, attempt);
      const nowMs = clock.nowMs();
      switch (result.kind) {
        case 'sent':
          // The message is sent even if the count fails.
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
