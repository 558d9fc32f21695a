/** A text message, ready to be sent. */
export type Sms = {
  /** The message's own id, the same for every try. */
  id: string;
  /** E.164. */
  to: string;
  text: string;
  /** Into how many pieces phone networks cut it, each of which is charged. */
  segments: number;
};

/** How a provider took a text message. */
export type SmsResult =
  | { kind: 'sent' }
  | { kind: 'not-sent'; reason: string }
  /** It takes no more for the moment. */
  | { kind: 'busy'; forMs: number; reason: string }
  | { kind: 'refused'; reason: string }
  /** The person has told the provider to get none. */
  | { kind: 'opted-out' }
  | { kind: 'unknown'; reason: string };

/** Where text messages go. */
export type SmsTransport = {
  /**
   * Sends one message. `begin` is awaited before anything of it goes out; when it rejects, nothing is sent and its error is
   * passed on. An aborted `signal` breaks the sending off.
   */
  send(sms: Sms, attempt: { signal: AbortSignal; begin(): Promise<void> }): Promise<SmsResult>;
};

/** Longest wait for a provider's answer, in ms. */
export const answerWithinMs = 15_000;

/** Reasons are kept beside the message: never the whole of a long answer. */
export function shortReason(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 300);
}
