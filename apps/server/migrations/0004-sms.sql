-- Text messages: who wants none any more, and what they came to.

-- A number that has answered STOP, or that the provider does not let us write to. It counts for every shop: to the person
-- behind it all messages come from one sender.
CREATE TABLE sms_opt_out (
  phone         text PRIMARY KEY,
  opted_out_at  timestamptz NOT NULL
);

-- Providers charge by the segment.
CREATE TABLE sms_usage (
  shop_id   uuid NOT NULL REFERENCES shop,
  date      date NOT NULL,
  messages  integer NOT NULL CHECK (messages > 0),
  segments  integer NOT NULL CHECK (segments >= messages),
  PRIMARY KEY (shop_id, date)
);
