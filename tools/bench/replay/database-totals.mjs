import { setTimeout as delay } from 'node:timers/promises';

/** Queries the database after a replay, independently of the API's responses. @param {import('pg').Client} client */
export function databaseTotals(client) {
  /** @param {string} text @returns {Promise<number>} */
  const number = async (text) => Number((await client.query(text)).rows[0].n);
  return {
    async counts() {
      return {
        bookings: await number("SELECT count(*) AS n FROM booking WHERE status <> 'held'"),
        cancelled: await number("SELECT count(*) AS n FROM booking WHERE status = 'cancelled'"),
        // Does not rely on the exclusion constraint: pairs of active bookings with the same barber at the same time.
        overlaps: await number(`SELECT count(*) AS n FROM booking_segment a JOIN booking_segment b
          ON a.barber_id = b.barber_id AND a.blocked && b.blocked
          AND (a.booking_id, a.position) < (b.booking_id, b.position)
          WHERE a.status NOT IN ('cancelled') AND b.status NOT IN ('cancelled')`),
        // Each planned booking stores its id in the note of its booking.
        bookedTwice: await number(
          'SELECT count(*) AS n FROM (SELECT FROM booking GROUP BY note HAVING count(*) > 1) AS twice',
        ),
        bookingsWithoutMail: await number(`SELECT count(*) AS n FROM booking WHERE status <> 'cancelled' AND
          (SELECT count(*) FROM outbox_message m WHERE m.booking_id = booking.id AND m.kind = 'confirmation'
            AND m.state = 'sent') <> 1`),
        cancelledWithoutMail: await number(`SELECT count(*) AS n FROM booking WHERE status = 'cancelled'
          AND EXISTS (SELECT FROM outbox_message m WHERE m.booking_id = booking.id
            AND m.kind = 'confirmation' AND m.state = 'sent')
          AND NOT EXISTS (SELECT FROM outbox_message m WHERE m.booking_id = booking.id
            AND m.kind = 'cancellation' AND m.state = 'sent')`),
        confirmationsSent: await number(
          "SELECT count(*) AS n FROM outbox_message WHERE kind = 'confirmation' AND state = 'sent'",
        ),
        cancellationsSent: await number(
          "SELECT count(*) AS n FROM outbox_message WHERE kind = 'cancellation' AND state = 'sent'",
        ),
        mailsInMailbox: await number('SELECT count(*) AS n FROM outbox_mailbox'),
        mailsTried: await number(`SELECT coalesce(max(id), 0) AS n FROM outbox_mailbox`),
      };
    },

    /** Waits until confirmations and cancellations are sent. Resolves with the number of unsent ones after `timeoutMs`. @param {number} timeoutMs */
    async mailsFinished(timeoutMs) {
      const untilMs = performance.now() + timeoutMs;
      for (;;) {
        const left = await number(`SELECT count(*) AS n FROM outbox_message
          WHERE kind IN ('confirmation', 'cancellation') AND state IN ('pending', 'enqueued', 'sending', 'unknown')`);
        if (left === 0 || performance.now() > untilMs) return left;
        await delay(100);
      }
    },
  };
}
