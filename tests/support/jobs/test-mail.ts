import type { Mail } from '../../../apps/server/src/notifications/mail/mail.ts';

/** A mail without a calendar file. */
export const testMail: Mail = {
  from: 'shop@example.com',
  to: 'zoe@example.com',
  replyTo: null,
  subject: 's',
  text: 't',
  html: '<p>h</p>',
  messageId: '<1@bookedbarber>',
  calendar: null,
};
