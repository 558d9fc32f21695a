-- More kinds of messages, and recurring tasks.

ALTER TABLE shop
  -- When barbers get their daily schedule, in minutes since local midnight; NULL for never.
  ADD COLUMN day_list_minute integer DEFAULT 420 CHECK (day_list_minute BETWEEN 0 AND 1439),
  -- Whether clients get a follow-up message after a no-show.
  ADD COLUMN no_show_follow_up boolean NOT NULL DEFAULT true;

-- A message is about either a booking or a barber's day. For a day, occasion is the date.
ALTER TABLE outbox_message
  ALTER COLUMN booking_id DROP NOT NULL,
  ALTER COLUMN booking_version DROP NOT NULL,
  ADD COLUMN barber_id uuid REFERENCES barber ON DELETE CASCADE,
  ADD CHECK ((booking_id IS NULL) <> (barber_id IS NULL)),
  ADD CHECK ((booking_id IS NULL) = (booking_version IS NULL));
CREATE UNIQUE INDEX outbox_message_of_day ON outbox_message (barber_id, kind, occasion) WHERE barber_id IS NOT NULL;

-- Recurring tasks. Any worker may claim a due task. A worker that stops loses the task when its claim expires.
CREATE TABLE scheduled_task (
  name           text PRIMARY KEY,
  due_at         timestamptz NOT NULL,
  claim_token    uuid,
  claimed_until  timestamptz,
  started_at     timestamptz,
  ended_at       timestamptz,
  -- A summary of the latest run, or its error message if it failed.
  outcome        text,
  failed         boolean NOT NULL DEFAULT false,
  CHECK ((claim_token IS NULL) = (claimed_until IS NULL))
);

-- Daily tasks that are done for a shop and date.
CREATE TABLE shop_day_done (
  shop_id  uuid NOT NULL REFERENCES shop,
  task     text NOT NULL,
  date     date NOT NULL,
  PRIMARY KEY (shop_id, task, date)
);
CREATE INDEX shop_day_done_by_age ON shop_day_done (date);

-- Figures of past days, which reports add up instead of counting bookings. Every day in the table has a row with a NULL
-- barber_id for the whole shop. Days with a booking that spans several days are not in the table, because the sum of
-- daily figures would count that booking more than once.
CREATE TABLE analytics_day (
  shop_id         uuid NOT NULL REFERENCES shop,
  date            date NOT NULL,
  barber_id       uuid REFERENCES barber,
  bookings        integer NOT NULL,
  services        integer NOT NULL,
  completed       integer NOT NULL,
  no_shows        integer NOT NULL,
  cancelled       integer NOT NULL,
  revenue_cents   bigint NOT NULL,
  booked_minutes  double precision NOT NULL
);
CREATE UNIQUE INDEX analytics_day_of_shop ON analytics_day (shop_id, date) WHERE barber_id IS NULL;
CREATE UNIQUE INDEX analytics_day_of_barber ON analytics_day (shop_id, date, barber_id) WHERE barber_id IS NOT NULL;
