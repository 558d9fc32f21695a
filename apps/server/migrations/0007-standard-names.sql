-- Renames columns, tables and stored values to the names in the code and the API. Stop processes of an older version
-- before this migration runs, because they read the old names.

ALTER TABLE shop RENAME COLUMN furthest_days TO max_advance_days;
ALTER TABLE shop RENAME COLUMN lead_minutes TO min_notice_minutes;
ALTER TABLE shop RENAME COLUMN slot_step_minutes TO slot_interval_minutes;
ALTER TABLE shop RENAME COLUMN day_list_minute TO daily_schedule_minute;

ALTER TABLE outbox_message RENAME COLUMN handed_at TO enqueued_at;
ALTER TABLE outbox_message RENAME COLUMN settled_at TO finished_at;
ALTER TABLE outbox_message RENAME COLUMN unknowns TO unknown_outcomes;
ALTER TABLE outbox_message DROP CONSTRAINT outbox_message_state_check;
DROP INDEX outbox_message_waiting;
DROP INDEX outbox_message_in_turn;
UPDATE outbox_message SET state = 'enqueued' WHERE state = 'handed';
UPDATE outbox_message SET kind = 'daily-schedule' WHERE kind = 'day-list';
ALTER TABLE outbox_message ADD CONSTRAINT outbox_message_state_check CHECK (state IN
  ('pending', 'enqueued', 'sending', 'sent', 'failed', 'dead', 'unknown', 'cancelled'));
CREATE INDEX outbox_message_waiting ON outbox_message (due_at) WHERE state IN ('pending', 'enqueued');
CREATE INDEX outbox_message_fair_order ON outbox_message (priority, shop_id, due_at)
  WHERE state IN ('pending', 'enqueued');

ALTER TABLE outbox_invalidation RENAME COLUMN scope TO namespace;

ALTER TABLE outbox_pause RENAME COLUMN what TO target;
UPDATE outbox_pause SET target = 'kind:daily-schedule' WHERE target = 'kind:day-list';

ALTER TABLE outbox_worker RENAME COLUMN seen_at TO reported_at;
ALTER TABLE outbox_worker RENAME COLUMN sends_by TO delivers_from;
ALTER TABLE outbox_worker RENAME COLUMN holding TO in_progress;

ALTER TABLE outbox_tally RENAME TO outbox_outcome_count;
UPDATE outbox_outcome_count SET kind = 'daily-schedule' WHERE kind = 'day-list';
UPDATE outbox_outcome_count SET outcome = 'postponed' WHERE outcome = 'later';
UPDATE outbox_outcome_count SET outcome = 'released' WHERE outcome = 'returned';

ALTER TABLE outbox_pace RENAME TO send_rate;
