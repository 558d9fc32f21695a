-- Messages that are sent once, at a time. OutboxStore of @bookedbarber/redis-tier/jobs describes the states.
CREATE TABLE IF NOT EXISTS "public"."jobs_outbox" (
  id                   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant               text COLLATE "C" NOT NULL DEFAULT '',
  kind                 text NOT NULL,
  -- Not jsonb: the handler receives the text that was written, which may contain what jsonb cannot represent.
  payload              json NOT NULL,
  -- Unique for the tenant and kind until the message is cancelled.
  key                  text,
  state                text NOT NULL DEFAULT 'pending' CHECK (state IN
                         ('pending', 'enqueued', 'sending', 'sent', 'failed', 'dead', 'unknown', 'cancelled')),
  due_at               timestamptz NOT NULL,
  -- 0 is urgent.
  priority             smallint NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 9),
  attempts             integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  -- Increases whenever the message must be enqueued again, so that an older job of the queue cannot claim it.
  generation           integer NOT NULL DEFAULT 1 CHECK (generation >= 1),
  enqueued_at          timestamptz,
  -- The latest claim. It stays after the claim has ended.
  claim_token          uuid,
  claimed_until        timestamptz,
  -- Number of attempts with an unknown outcome.
  unknown_outcomes     integer NOT NULL DEFAULT 0 CHECK (unknown_outcomes >= 0),
  -- After this, only a worker with an earlier claim may still send the message.
  cancel_requested_at  timestamptz,
  -- This message waits while that one is being sent.
  follows              uuid,
  last_error           text,
  created_at           timestamptz NOT NULL DEFAULT now(),
  finished_at          timestamptz,
  CHECK (state <> 'sending' OR (claim_token IS NOT NULL AND claimed_until IS NOT NULL)),
  CHECK ((state IN ('sent', 'failed', 'dead', 'cancelled')) = (finished_at IS NOT NULL))
);
CREATE UNIQUE INDEX IF NOT EXISTS "jobs_outbox_key" ON "public"."jobs_outbox" (tenant, kind, key)
  WHERE key IS NOT NULL AND cancel_requested_at IS NULL;
-- Partial indexes, because only a few rows are in these states at any time.
CREATE INDEX IF NOT EXISTS "jobs_outbox_fair_order" ON "public"."jobs_outbox" (priority, tenant, due_at)
  WHERE state IN ('pending', 'enqueued');
CREATE INDEX IF NOT EXISTS "jobs_outbox_enqueued" ON "public"."jobs_outbox" (due_at) WHERE state = 'enqueued';
CREATE INDEX IF NOT EXISTS "jobs_outbox_sending" ON "public"."jobs_outbox" (claimed_until) WHERE state = 'sending';
CREATE INDEX IF NOT EXISTS "jobs_outbox_unknown" ON "public"."jobs_outbox" (kind) WHERE state = 'unknown';
CREATE INDEX IF NOT EXISTS "jobs_outbox_follows" ON "public"."jobs_outbox" (follows) WHERE follows IS NOT NULL;
CREATE INDEX IF NOT EXISTS "jobs_outbox_finished" ON "public"."jobs_outbox" (finished_at) WHERE finished_at IS NOT NULL;
