-- Reminders of bookings.

-- reminders: time before the booking, as ISO 8601 durations. Days are calendar days of the shop, so P1D before 09:00 is
-- 09:00, also across a clock change. Hours and minutes are elapsed time.
-- quiet_*: minutes of the local day between which no reminders are sent. They span midnight if until is less than from.
ALTER TABLE shop
  ADD COLUMN reminders text[] NOT NULL DEFAULT '{P1D,PT2H}' CHECK (cardinality(reminders) <= 4),
  ADD COLUMN quiet_from_minute integer DEFAULT 1260 CHECK (quiet_from_minute BETWEEN 0 AND 1439),
  ADD COLUMN quiet_until_minute integer DEFAULT 480 CHECK (quiet_until_minute BETWEEN 0 AND 1439),
  ADD CHECK ((quiet_from_minute IS NULL) = (quiet_until_minute IS NULL)),
  ADD CHECK (quiet_from_minute <> quiet_until_minute);

-- occasion: distinguishes messages of one kind about one version. For a reminder, its time before the booking.
-- priority: 0 for messages that a user waits for; 1 for all others.
ALTER TABLE outbox_message
  ADD COLUMN occasion text NOT NULL DEFAULT '',
  ADD COLUMN priority smallint NOT NULL DEFAULT 0 CHECK (priority IN (0, 1)),
  DROP CONSTRAINT outbox_message_booking_id_kind_booking_version_key,
  ADD UNIQUE (booking_id, kind, booking_version, occasion);

-- Finds the oldest messages of each shop and priority without reading the others.
CREATE INDEX outbox_message_in_turn ON outbox_message (priority, shop_id, due_at) WHERE state IN ('pending', 'handed');

-- When the next message may be sent through a rate-limited provider, for all processes together.
CREATE TABLE outbox_pace (
  channel  text PRIMARY KEY,
  next_at  timestamptz NOT NULL
);
