-- What operators do to the sending of messages, and what workers tell of it. Redis holds none of it: a FLUSHALL starts nothing
-- again that was paused, and forgets no count.

-- A pause of sending, kept after its end to be seen. what: all, or a kind such as kind:reminder.
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
-- One pause of a thing at a time; and each claim reads these few rows.
CREATE UNIQUE INDEX outbox_pause_now ON outbox_pause (what) WHERE resumed_at IS NULL;

-- How often workers settled messages in which way, ever: the messages themselves are removed after a time.
CREATE TABLE outbox_tally (
  kind     text NOT NULL,
  outcome  text NOT NULL,
  total    bigint NOT NULL CHECK (total >= 0),
  PRIMARY KEY (kind, outcome)
);

-- What each worker said of itself and of the server of its queue, the last time. Its times are the database's own.
CREATE TABLE outbox_worker (
  id               uuid PRIMARY KEY,
  seen_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  sends_by         text NOT NULL CHECK (sends_by IN ('queue', 'outbox')),
  holding          integer NOT NULL CHECK (holding >= 0),
  -- Null: it has no queue, or the server has not answered yet or does not say.
  eviction_policy  text,
  used_bytes       bigint,
  max_bytes        bigint,
  skew_ms          double precision
);
