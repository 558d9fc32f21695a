-- The outbox: the transaction of a change also writes its messages and cache invalidations. PostgreSQL alone records
-- which of them are due and which are done.

-- A message about one version of a booking. packages/redis-tier/src/jobs/outbox-store.ts describes its states.
CREATE TABLE outbox_message (
  id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  shop_id          uuid NOT NULL REFERENCES shop,
  booking_id       uuid NOT NULL REFERENCES booking ON DELETE CASCADE,
  booking_version  integer NOT NULL CHECK (booking_version >= 1),
  kind             text NOT NULL,
  state            text NOT NULL DEFAULT 'pending' CHECK (state IN
                     ('pending', 'handed', 'sending', 'sent', 'failed', 'dead', 'unknown', 'cancelled')),
  due_at           timestamptz NOT NULL,
  attempts         integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  -- Increases whenever the message must be enqueued again, so that an older queue job cannot claim it.
  generation       integer NOT NULL DEFAULT 1 CHECK (generation >= 1),
  handed_at        timestamptz,
  -- The latest claim. It stays after the claim has ended.
  claim_token      uuid,
  claimed_until    timestamptz,
  -- Number of attempts with an unknown outcome.
  unknowns         integer NOT NULL DEFAULT 0 CHECK (unknowns >= 0),
  -- When a later change made the message obsolete. After that, only a worker with an earlier claim may still send it.
  superseded_at    timestamptz,
  -- A message that was being sent when this one was written. This one waits for it, to preserve the order.
  follows          uuid REFERENCES outbox_message ON DELETE SET NULL,
  last_error       text,
  created_at       timestamptz NOT NULL,
  settled_at       timestamptz,
  UNIQUE (booking_id, kind, booking_version),
  CHECK (state <> 'sending' OR (claim_token IS NOT NULL AND claimed_until IS NOT NULL)),
  CHECK ((state IN ('sent', 'failed', 'dead', 'cancelled')) = (settled_at IS NOT NULL))
);
-- Partial indexes, because only a few rows are in these states at any time.
CREATE INDEX outbox_message_waiting ON outbox_message (due_at) WHERE state IN ('pending', 'handed');
CREATE INDEX outbox_message_sending ON outbox_message (claimed_until) WHERE state = 'sending';
CREATE INDEX outbox_message_unknown ON outbox_message (kind) WHERE state = 'unknown';
CREATE INDEX outbox_message_follows ON outbox_message (follows) WHERE follows IS NOT NULL;
CREATE INDEX outbox_message_by_age ON outbox_message (settled_at) WHERE settled_at IS NOT NULL;

-- Cache invalidations: tags of one scope. The times are from the clock of the database.
CREATE TABLE outbox_invalidation (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  scope       text NOT NULL,
  tags        text[] NOT NULL CHECK (cardinality(tags) > 0),
  created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  applied_at  timestamptz
);
CREATE INDEX outbox_invalidation_waiting ON outbox_invalidation (id) WHERE applied_at IS NULL;
CREATE INDEX outbox_invalidation_by_age ON outbox_invalidation (applied_at) WHERE applied_at IS NOT NULL;

-- The development mailbox: mails that would have been sent. Only the newest 500 are retained.
CREATE TABLE outbox_mailbox (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  message_id  text NOT NULL UNIQUE,
  recipient   text NOT NULL,
  subject     text NOT NULL,
  text_body   text NOT NULL,
  html_body   text NOT NULL,
  calendar    text,
  created_at  timestamptz NOT NULL
);
