-- Reminders of visits, when the shop wants them sent.

-- reminders: how long before a visit, as ISO 8601 durations. Days are days of the shop's wall clock, so that P1D of a visit
-- at nine is nine, also over a clock change; hours and minutes are elapsed time.
-- quiet_*: minutes of the shop's day in which no reminder is sent, past midnight when until is before from.
ALTER TABLE shop
  ADD COLUMN reminders text[] NOT NULL DEFAULT '{P1D,PT2H}' CHECK (cardinality(reminders) <= 4),
  ADD COLUMN quiet_from_minute integer DEFAULT 1260 CHECK (quiet_from_minute BETWEEN 0 AND 1439),
  ADD COLUMN quiet_until_minute integer DEFAULT 480 CHECK (quiet_until_minute BETWEEN 0 AND 1439),
  ADD CHECK ((quiet_from_minute IS NULL) = (quiet_until_minute IS NULL)),
  ADD CHECK (quiet_from_minute <> quiet_until_minute);

-- occasion: which of several messages of one kind about one version; of a reminder, its time before the visit.
-- priority: 0, somebody waits for it; 1, it can wait behind those.
ALTER TABLE outbox_message
  ADD COLUMN occasion text NOT NULL DEFAULT '',
  ADD COLUMN priority smallint NOT NULL DEFAULT 0 CHECK (priority IN (0, 1)),
  DROP CONSTRAINT outbox_message_booking_id_kind_booking_version_key,
  ADD UNIQUE (booking_id, kind, booking_version, occasion);

-- A shop's oldest are found without looking at those of the others, and the urgent ones without looking at the rest.
CREATE INDEX outbox_message_in_turn ON outbox_message (priority, shop_id, due_at) WHERE state IN ('pending', 'handed');

-- When the next message may go out by a provider that takes only so many a second, for the whole fleet.
CREATE TABLE outbox_pace (
  channel  text PRIMARY KEY,
  next_at  timestamptz NOT NULL
);
