/** A mail, ready to be sent. */
export type Mail = {
  /** Address with or without a name. */
  from: string;
  /** Address without a name. */
  to: string;
  /** Who answers when the client replies; null: nobody in particular. */
  replyTo: string | null;
  subject: string;
  text: string;
  html: string;
  /** With angle brackets; the same for every try to send the same message. */
  messageId: string;
  /** An iCalendar file, attached as booking.ics; null: none. */
  calendar: string | null;
  /** Where who gets it says that they want no more of its kind; absent: it is not of a kind that one does without. */
  unsubscribeUrl?: string;
};

/** How a transport took a mail. */
export type MailResult =
  | { kind: 'sent' }
  | { kind: 'not-sent'; reason: string }
  | { kind: 'refused'; reason: string }
  | { kind: 'unknown'; reason: string };

/** Where mails go. */
export type MailTransport = {
  /**
   * Sends one mail. `begin` is awaited before the first byte of the mail goes out; when it rejects, nothing is sent and
   * its error is passed on. An aborted `signal` breaks the sending off.
   */
  send(mail: Mail, attempt: { signal: AbortSignal; begin(): Promise<void> }): Promise<MailResult>;
};
