-- Pauses and statistics of message sending. They are in PostgreSQL so that a FLUSHALL in Redis neither resumes a pause
-- nor resets a count.

-- A pause of sending, retained after its end. what: all, or a kind such as kind:reminder.
CREATE TABLE outbox_pause (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  what        text NOT NULL CHECK (what = 'all' OR what ~ '^kind:[a-z_-]{1,40}$'),
  reason      text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
  paused_by   text NOT NULL CHECK (length(paused_by) BETWEEN 1 AND 100),
  paused_at   timestamptz NOT NULL,
  resumed_by  text CHECK (length(resumed_by) BETWEEN 1 AND 100),
  resumed_at  timestamptz,
  CHECK ((resumed_by IS NULL) = (resumed_at IS NULL))
);
-- At most one active pause per target. Each claim reads these few rows.
CREATE UNIQUE INDEX outbox_pause_now ON outbox_pause (what) WHERE resumed_at IS NULL;

-- Total number of outcomes by kind. The messages themselves are deleted after the retention time.
CREATE TABLE outbox_tally (
  kind     text NOT NULL,
  outcome  text NOT NULL,
  total    bigint NOT NULL CHECK (total >= 0),
  PRIMARY KEY (kind, outcome)
);

-- The latest report of each worker about itself and the Redis server of its queue. The times are from the clock of the
-- database.
CREATE TABLE outbox_worker (
  id               uuid PRIMARY KEY,
  seen_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  sends_by         text NOT NULL CHECK (sends_by IN ('queue', 'outbox')),
  holding          integer NOT NULL CHECK (holding >= 0),
  -- NULL if the worker has no queue, or if the Redis server has not reported the value.
  eviction_policy  text,
  used_bytes       bigint,
  max_bytes        bigint,
  skew_ms          double precision
);
