import { randomUUID } from 'node:crypto';

/** @typedef {import('pg').Client} Client */

/**
 * Inserts shops and bookings with only the columns that the messages require: the measurement begins at the outbox.
 *
 * @param {Client} client
 * @param {{ shops: number, bookings: number }} counts
 */
export async function makeBookings(client, { shops, bookings }) {
  await client.query(
    `WITH made AS (INSERT INTO organisation (slug, name) VALUES ($1, 'Bench') RETURNING id)
     INSERT INTO shop (organisation_id, slug, name, zone, currency, country)
     SELECT made.id, $1 || '-' || n, 'Bench', 'America/New_York', 'USD', 'US' FROM made, generate_series(1, $2) AS n`,
    [`bench-${randomUUID().slice(0, 8)}`, shops],
  );
  await client.query(
    `INSERT INTO booking (shop_id, status, source, starts_at, ends_at, held_until, created_at)
     SELECT shop.id, 'held', 'guest', now(), now() + interval '1 hour', now(), now()
     FROM shop, generate_series(1, $1)`,
    [bookings / shops],
  );
}

/** Inserts one due message for each booking. @param {Client} client @returns {Promise<number>} their number */
export async function writeMessages(client) {
  await client.query('TRUNCATE outbox_message');
  const { rowCount } = await client.query(
    `INSERT INTO outbox_message (shop_id, booking_id, booking_version, kind, due_at, created_at)
     SELECT shop_id, id, 1, 'confirmation', now(), now() FROM booking ORDER BY random()`,
  );
  await client.query('ANALYZE outbox_message');
  return rowCount ?? 0;
}

/** Throws unless all messages were sent at the first attempt. @param {Client} client @param {number} count */
export async function requireSent(client, count) {
  const { rows } = await client.query(
    `SELECT count(*)::int AS sent FROM outbox_message WHERE state = 'sent' AND attempts = 1`,
  );
  if (rows[0].sent !== count) throw new Error(`only ${rows[0].sent} of ${count} messages were sent`);
}
