/**
 * Adds triggers to the soak test's database: a reminder that would be due days later becomes due during the soak test,
 * and every claim and every unknown outcome is recorded by the statement that causes it.
 *
 * @param {import('pg').Client} client
 */
export async function createOutboxCounts(client) {
  await client.query(`
    CREATE TABLE soak_window (ends_at timestamptz NOT NULL);
    CREATE TABLE soak_due (message_id uuid PRIMARY KEY, kind text NOT NULL, due_at timestamptz NOT NULL);
    CREATE TABLE soak_claim (message_id uuid NOT NULL, at timestamptz NOT NULL, message_version int NOT NULL,
      booking_version int NOT NULL);
    CREATE TABLE soak_unknown (message_id uuid NOT NULL, at timestamptz NOT NULL);

    CREATE FUNCTION soak_on_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW.kind = 'reminder' THEN
        SELECT clock_timestamp() + interval '2 s'
          + random() * greatest(ends_at - clock_timestamp(), interval '1 s') INTO NEW.due_at FROM soak_window;
      END IF;
      INSERT INTO soak_due VALUES (NEW.id, NEW.kind, NEW.due_at);
      RETURN NEW;
    END $$;
    CREATE TRIGGER soak_on_insert BEFORE INSERT ON outbox_message FOR EACH ROW EXECUTE FUNCTION soak_on_insert();

    -- The row of the message is locked at this point. The booking's row has the last committed version.
    CREATE FUNCTION soak_on_claim() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO soak_claim SELECT NEW.id, clock_timestamp(), NEW.booking_version, booking.version
        FROM booking WHERE booking.id = NEW.booking_id;
      RETURN NEW;
    END $$;
    CREATE TRIGGER soak_on_claim AFTER UPDATE ON outbox_message FOR EACH ROW
      WHEN (NEW.state = 'sending' AND OLD.state IN ('pending', 'enqueued')) EXECUTE FUNCTION soak_on_claim();

    CREATE FUNCTION soak_on_unknown() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO soak_unknown VALUES (NEW.id, clock_timestamp());
      RETURN NEW;
    END $$;
    CREATE TRIGGER soak_on_unknown AFTER UPDATE ON outbox_message FOR EACH ROW
      WHEN (NEW.unknown_outcomes > OLD.unknown_outcomes) EXECUTE FUNCTION soak_on_unknown();`);

  /** @param {string} text @param {unknown[]} [values] @returns {Promise<any[]>} */
  const rows = async (text, values) => (await client.query(text, values)).rows;
  return {
    /** Makes reminders that are written from now on due within this time. @param {number} seconds */
    dueWithin: (seconds) =>
      rows(`INSERT INTO soak_window VALUES (clock_timestamp() + $1 * interval '1 s')`, [seconds]),
    /** The number of messages that are not completed. @returns {Promise<number>} */
    async open() {
      const [row] = await rows(
        `SELECT count(*)::int AS n FROM outbox_message WHERE state IN ('pending', 'enqueued', 'sending')`,
      );
      return row.n;
    },
    /** @returns {Promise<{ state: string, n: number }[]>} */
    states: () => rows('SELECT state, count(*)::int AS n FROM outbox_message GROUP BY state ORDER BY state'),
    /** The number of claims of messages whose booking had already been cancelled or moved. @returns {Promise<number>} */
    async claimedTooLate() {
      const [row] = await rows(
        'SELECT count(*)::int AS n FROM soak_claim WHERE booking_version > message_version',
      );
      return row.n;
    },
    /** Unknown outcomes, from the claim until they were recorded. @returns {Promise<{ fromMs: number, toMs: number }[]>} */
    unknowns: () =>
      rows(`SELECT extract(epoch FROM unknown.at)::float8 * 1000 AS "toMs", (
          SELECT extract(epoch FROM max(claim.at))::float8 * 1000 FROM soak_claim AS claim
          WHERE claim.message_id = unknown.message_id AND claim.at < unknown.at) AS "fromMs"
        FROM soak_unknown AS unknown`),
    /** Bookings whose current version does not have all its messages. @returns {Promise<{ id: string, kinds: string[] }[]>} */
    incomplete: () =>
      rows(`SELECT id, kinds FROM (
          SELECT booking.id, booking.status, array_agg(message.kind ORDER BY message.kind)
            FILTER (WHERE message.state IN ('sent', 'unknown')) AS kinds
          FROM booking LEFT JOIN outbox_message AS message
            ON message.booking_id = booking.id AND message.booking_version = booking.version
          WHERE booking.status = 'confirmed' GROUP BY booking.id) AS announced
        WHERE kinds IS DISTINCT FROM '{confirmation,reminder,reminder}'
          AND kinds IS DISTINCT FROM '{reminder,reminder,reschedule}'`),
    /** @returns {Promise<{ id: string, kind: string, state: string, dueMs: number, claims: number, unknowns: number }[]>} */
    messages: () =>
      rows(`SELECT message.id, message.kind, message.state, message.unknown_outcomes AS unknowns,
          extract(epoch FROM soak_due.due_at)::float8 * 1000 AS "dueMs",
          (SELECT count(*)::int FROM soak_claim WHERE message_id = message.id) AS claims
        FROM outbox_message AS message JOIN soak_due ON soak_due.message_id = message.id`),
  };
}

/** @typedef {Awaited<ReturnType<typeof createOutboxCounts>>} WatchedOutbox */
