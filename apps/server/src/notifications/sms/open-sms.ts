import type { Clock } from '@bookedbarber/redis-tier/core';
import type { SmsConfig, SmsProvider } from '../../config/sms-config.ts';
import type { Db } from '../../database/connect.ts';
import { createSendRate } from '../../outbox/messages/send-rate.ts';
import { createMailboxSmsTransport } from './mailbox-sms-transport.ts';
import type { SmsTransport } from './sms.ts';
import { createSmsSender, type SmsSender } from './sms-sender.ts';
import { createSnsTransport } from './sns-transport.ts';
import { createTwilioTransport } from './twilio-transport.ts';

/** Creates the sender for the configured provider; null: text messages are disabled. */
export function openSms({
  config,
  db,
  clock,
}: {
  config: SmsConfig;
  db: Db;
  clock: Clock;
}): SmsSender | null {
  const { provider, ratePerSecond } = config;
  if (provider === null) return null;
  const sendRate =
    ratePerSecond === null ? null : createSendRate({ db, channel: 'sms', perSecond: ratePerSecond });
  return createSmsSender({ db, clock, transport: transportOf(provider, db, clock), sendRate });
}

function transportOf(provider: SmsProvider, db: Db, clock: Clock): SmsTransport {
  switch (provider.name) {
    case 'mailbox':
      return createMailboxSmsTransport(db, clock);
    case 'twilio':
      return createTwilioTransport(provider);
    case 'sns':
      return createSnsTransport(provider);
  }
}
