-- Recurring jobs. Any process may claim a due job. A process that stops loses the job when its claim expires.
CREATE TABLE IF NOT EXISTS "public"."recurring_job" (
  name           text PRIMARY KEY,
  due_at         timestamptz NOT NULL,
  claim_token    uuid,
  claimed_until  timestamptz,
  started_at     timestamptz,
  ended_at       timestamptz,
  -- The result of the latest run, or its error message if it failed.
  outcome        text,
  failed         boolean NOT NULL DEFAULT false,
  CHECK ((claim_token IS NULL) = (claimed_until IS NULL))
);
