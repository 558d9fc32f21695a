-- More kinds of messages, and work that comes again by itself.

ALTER TABLE shop
  -- When barbers get the list of their day, in minutes of the shop's wall clock; NULL: they get none.
  ADD COLUMN day_list_minute integer DEFAULT 420 CHECK (day_list_minute BETWEEN 0 AND 1439),
  -- Whether who did not come is asked back.
  ADD COLUMN no_show_follow_up boolean NOT NULL DEFAULT true;

-- A message is about a booking or about a barber's day, which `occasion` names then.
ALTER TABLE outbox_message
  ALTER COLUMN booking_id DROP NOT NULL,
  ALTER COLUMN booking_version DROP NOT NULL,
  ADD COLUMN barber_id uuid REFERENCES barber ON DELETE CASCADE,
  ADD CHECK ((booking_id IS NULL) <> (barber_id IS NULL)),
  ADD CHECK ((booking_id IS NULL) = (booking_version IS NULL));
CREATE UNIQUE INDEX outbox_message_of_day ON outbox_message (barber_id, kind, occasion) WHERE barber_id IS NOT NULL;

-- Tasks that come again. A row is taken by whoever finds it due; who falls silent loses it when its claim ends.
CREATE TABLE scheduled_task (
  name           text PRIMARY KEY,
  due_at         timestamptz NOT NULL,
  claim_token    uuid,
  claimed_until  timestamptz,
  started_at     timestamptz,
  ended_at       timestamptz,
  -- What the newest run came to, in words; an error's message where it failed.
  outcome        text,
  failed         boolean NOT NULL DEFAULT false,
  CHECK ((claim_token IS NULL) = (claimed_until IS NULL))
);

-- What was done once for a shop's day.
CREATE TABLE shop_day_done (
  shop_id  uuid NOT NULL REFERENCES shop,
  task     text NOT NULL,
  date     date NOT NULL,
  PRIMARY KEY (shop_id, task, date)
);
CREATE INDEX shop_day_done_by_age ON shop_day_done (date);

-- Figures of days that are over: reports add these up instead of looking at every visit again. barber_id is NULL in the row
-- of the whole shop, which every day has that is here at all. A day is here only if none of its bookings has a part on
-- another day: then what is counted day by day adds up, bookings too.
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
