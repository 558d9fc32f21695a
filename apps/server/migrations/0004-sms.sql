-- Text messages: opt-outs and usage.

-- A number that replied STOP, or to which the provider blocks messages. An opt-out applies to all shops, because all
-- messages come from one sender.
CREATE TABLE sms_opt_out (
  phone         text PRIMARY KEY,
  opted_out_at  timestamptz NOT NULL
);

-- Providers charge per segment.
CREATE TABLE sms_usage (
  shop_id   uuid NOT NULL REFERENCES shop,
  date      date NOT NULL,
  messages  integer NOT NULL CHECK (messages > 0),
  segments  integer NOT NULL CHECK (segments >= messages),
  PRIMARY KEY (shop_id, date)
);
