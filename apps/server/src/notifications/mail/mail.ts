/** A mail, ready to be sent. */
export type Mail = {
  /** Address, optionally with a name. */
  from: string;
  /** Address without a name. */
  to: string;
  /** The Reply-To address; null: none. */
  replyTo: string | null;
  subject: string;
  text: string;
  html: string;
  /** With angle brackets; the same for every attempt to send the message. */
  messageId: string;
  /** An iCalendar file, attached as booking.ics; null: none. */
  calendar: string | null;
  /** Page where the recipient can unsubscribe; absent for essential messages. */
  unsubscribeUrl?: string;
};

/** The outcome of sending a mail. */
export type MailResult =
  | { kind: 'sent' }
  | { kind: 'not-sent'; reason: string }
  | { kind: 'refused'; reason: string }
  | { kind: 'unknown'; reason: string };

/** Delivers mails. */
export type MailTransport = {
  /**
   * Sends one mail. Awaits `begin` before the first byte of the mail is sent; if it rejects, nothing is sent and
   * `send` rejects with its error. An aborted `signal` cancels the attempt.
   */
  send(mail: Mail, attempt: { signal: AbortSignal; begin(): Promise<void> }): Promise<MailResult>;
};
