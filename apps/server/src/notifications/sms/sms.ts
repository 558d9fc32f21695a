/** A text message, ready to be sent. */
export type Sms = {
  /** The id of the message, the same for every attempt. */
  id: string;
  /** E.164. */
  to: string;
  text: string;
  /** Number of segments; each is billed. */
  segments: number;
};

/** The outcome of sending a text message. */
export type SmsResult =
  | { kind: 'sent' }
  | { kind: 'not-sent'; reason: string }
  /** The provider is throttling. */
  | { kind: 'busy'; forMs: number; reason: string }
  | { kind: 'refused'; reason: string }
  /** The recipient has opted out at the provider. */
  | { kind: 'opted-out' }
  | { kind: 'unknown'; reason: string };

/** Delivers text messages. */
export type SmsTransport = {
  /**
   * Sends one message. Awaits `begin` before the first byte is sent; if it rejects, nothing is sent and `send`
   * rejects with its error. An aborted `signal` cancels the attempt.
   */
  send(sms: Sms, attempt: { signal: AbortSignal; begin(): Promise<void> }): Promise<SmsResult>;
};

/** Timeout of a provider's response, in ms. */
export const responseTimeoutMs = 15_000;

/** Shortens a reason for the message's row, because responses can be long. */
export function shortReason(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 300);
}
