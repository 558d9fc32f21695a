-- Organisations, shops, services, barbers, schedules, clients and bookings. The constraint no_double_booking is the
-- only guarantee against double bookings. Checks in the application are advisory.

CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE organisation (
  id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  slug        text NOT NULL UNIQUE,
  name        text NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE shop (
  id                      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organisation_id         uuid NOT NULL REFERENCES organisation,
  slug                    text NOT NULL UNIQUE,
  name                    text NOT NULL,
  zone                    text NOT NULL,
  currency                text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  country                 text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
  address                 text NOT NULL DEFAULT '',
  phone                   text,
  email                   text,
  -- The booking policy.
  slot_step_minutes       integer NOT NULL DEFAULT 10 CHECK (slot_step_minutes BETWEEN 5 AND 60),
  lead_minutes            integer NOT NULL DEFAULT 60 CHECK (lead_minutes >= 0),
  furthest_days           integer NOT NULL DEFAULT 60 CHECK (furthest_days BETWEEN 1 AND 730),
  same_day_cutoff_minute  integer CHECK (same_day_cutoff_minute BETWEEN 0 AND 1440),
  change_notice_minutes   integer NOT NULL DEFAULT 120 CHECK (change_notice_minutes >= 0),
  requires_approval       boolean NOT NULL DEFAULT false,
  created_at              timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE service (
  id                     uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  shop_id                uuid NOT NULL REFERENCES shop,
  code                   text NOT NULL,
  name                   text NOT NULL,
  category               text NOT NULL DEFAULT '',
  description            text NOT NULL DEFAULT '',
  duration_minutes       integer NOT NULL CHECK (duration_minutes BETWEEN 5 AND 720),
  buffer_before_minutes  integer NOT NULL DEFAULT 0 CHECK (buffer_before_minutes BETWEEN 0 AND 120),
  buffer_after_minutes   integer NOT NULL DEFAULT 0 CHECK (buffer_after_minutes BETWEEN 0 AND 120),
  price_cents            integer NOT NULL CHECK (price_cents >= 0),
  active                 boolean NOT NULL DEFAULT true,
  UNIQUE (shop_id, code),
  UNIQUE (shop_id, id)
);

CREATE TABLE barber (
  id       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  shop_id  uuid NOT NULL REFERENCES shop,
  code     text,
  name     text NOT NULL,
  email    text,
  active   boolean NOT NULL DEFAULT true,
  UNIQUE (shop_id, code),
  UNIQUE (shop_id, id)
);

-- shop_id is part of both foreign keys, so a barber cannot offer a service of another shop.
CREATE TABLE barber_service (
  shop_id     uuid NOT NULL,
  barber_id   uuid NOT NULL,
  service_id  uuid NOT NULL,
  PRIMARY KEY (barber_id, service_id),
  FOREIGN KEY (shop_id, barber_id) REFERENCES barber (shop_id, id),
  FOREIGN KEY (shop_id, service_id) REFERENCES service (shop_id, id)
);

-- Minutes of wall time since local midnight of the day on which a period starts, up to 36 hours, to run past midnight.
CREATE DOMAIN day_periods AS int4multirange
  CHECK (VALUE <@ '{[0,2161)}'::int4multirange);

CREATE TABLE weekly_schedule (
  barber_id  uuid NOT NULL REFERENCES barber,
  weekday    smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7),
  periods    day_periods NOT NULL,
  PRIMARY KEY (barber_id, weekday)
);

-- An exception for one date. With a barber it replaces the weekly schedule; without, it limits the schedules of the
-- shop.
CREATE TABLE date_override (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  shop_id    uuid NOT NULL REFERENCES shop,
  barber_id  uuid,
  date       date NOT NULL,
  periods    day_periods NOT NULL,
  reason     text NOT NULL DEFAULT '',
  FOREIGN KEY (shop_id, barber_id) REFERENCES barber (shop_id, id)
);
CREATE UNIQUE INDEX date_override_of_barber ON date_override (barber_id, date) WHERE barber_id IS NOT NULL;
CREATE UNIQUE INDEX date_override_of_shop ON date_override (shop_id, date) WHERE barber_id IS NULL;

CREATE TABLE time_off (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  shop_id    uuid NOT NULL,
  barber_id  uuid NOT NULL,
  starts_at  timestamptz NOT NULL,
  ends_at    timestamptz NOT NULL,
  reason     text NOT NULL DEFAULT '',
  CHECK (ends_at > starts_at),
  FOREIGN KEY (shop_id, barber_id) REFERENCES barber (shop_id, id)
);
CREATE INDEX time_off_by_barber ON time_off (barber_id, ends_at);

-- Clients belong to the organisation, so all shops of a chain share them.
CREATE TABLE client (
  id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organisation_id  uuid NOT NULL REFERENCES organisation,
  ref              text,
  name             text NOT NULL,
  email            text,
  phone            text,
  zone             text,
  language         text NOT NULL DEFAULT 'en',
  channel          text NOT NULL DEFAULT 'email' CHECK (channel IN ('email', 'sms', 'none')),
  created_at       timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organisation_id, ref)
);
CREATE UNIQUE INDEX client_by_email ON client (organisation_id, lower(email)) WHERE email IS NOT NULL;

-- The id of a booking never changes. Its version increases with every change. The columns name to channel are the
-- guest's details for this booking, independent of the client record: a guest with the booking link may change some of
-- them, but has not proved to be that client.
CREATE TABLE booking (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  shop_id       uuid NOT NULL REFERENCES shop,
  client_id     uuid REFERENCES client,
  status        text NOT NULL CHECK (status IN ('held', 'pending', 'confirmed', 'completed', 'no_show', 'cancelled')),
  version       integer NOT NULL DEFAULT 1 CHECK (version >= 1),
  source        text NOT NULL CHECK (source IN ('guest', 'staff', 'import')),
  name          text NOT NULL DEFAULT '',
  email         text,
  phone         text,
  note          text NOT NULL DEFAULT '',
  zone          text,
  language      text NOT NULL DEFAULT 'en',
  channel       text NOT NULL DEFAULT 'email' CHECK (channel IN ('email', 'sms', 'none')),
  starts_at     timestamptz NOT NULL,
  ends_at       timestamptz NOT NULL,
  held_until    timestamptz,
  cancelled_at  timestamptz,
  cancel_reason text,
  created_at    timestamptz NOT NULL,
  CHECK (ends_at > starts_at),
  CHECK ((status = 'held') = (held_until IS NOT NULL)),
  CHECK (status = 'held' OR client_id IS NOT NULL),
  CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)),
  UNIQUE (id, shop_id, status)
);
CREATE INDEX booking_by_start ON booking (shop_id, starts_at);
CREATE INDEX booking_by_client ON booking (client_id);
CREATE INDEX booking_holds ON booking (held_until) WHERE status = 'held';

-- One service of a booking with one barber. status is a copy of the booking's status for the exclusion constraint
-- below; the foreign key with ON UPDATE CASCADE keeps it the same. blocked is the time including buffers.
CREATE TABLE booking_segment (
  booking_id   uuid NOT NULL,
  position     smallint NOT NULL CHECK (position >= 0),
  shop_id      uuid NOT NULL,
  status       text NOT NULL,
  barber_id    uuid NOT NULL,
  service_id   uuid NOT NULL,
  starts_at    timestamptz NOT NULL,
  ends_at      timestamptz NOT NULL,
  blocked      tstzrange NOT NULL,
  price_cents  integer NOT NULL CHECK (price_cents >= 0),
  ref          text,
  PRIMARY KEY (booking_id, position),
  CHECK (ends_at > starts_at),
  CHECK (blocked @> tstzrange(starts_at, ends_at)),
  FOREIGN KEY (booking_id, shop_id, status) REFERENCES booking (id, shop_id, status) ON UPDATE CASCADE ON DELETE CASCADE,
  FOREIGN KEY (shop_id, barber_id) REFERENCES barber (shop_id, id),
  FOREIGN KEY (shop_id, service_id) REFERENCES service (shop_id, id),
  CONSTRAINT no_double_booking EXCLUDE USING gist (barber_id WITH =, blocked WITH &&)
    WHERE (status IN ('held', 'pending', 'confirmed'))
);
CREATE INDEX booking_segment_by_start ON booking_segment (shop_id, starts_at);
CREATE UNIQUE INDEX booking_segment_by_ref ON booking_segment (shop_id, ref) WHERE ref IS NOT NULL;

-- Stored responses to POST requests, for repeated requests. scope is the method and path; request is a digest of the
-- body.
CREATE TABLE idempotency_record (
  scope       text NOT NULL,
  key         text NOT NULL,
  request     bytea NOT NULL,
  status      smallint NOT NULL,
  body        json NOT NULL,
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_record_by_age ON idempotency_record (created_at);
