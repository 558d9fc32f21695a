/**
 * Text messages by Twilio's Messages resource (https://www.twilio.com/docs/messaging/api/message-resource, read
 * 2026-11-26). It takes a message at most once for each request and knows no key to tell a repeated one by: a lost answer
 * leaves it unknown. Over fetch: of Twilio's own library one request would be used.
 */
import { answerWithinMs, type SmsResult, type SmsTransport, shortReason } from './sms.ts';
import { describeError, isUnsent } from './unsent.ts';

export type TwilioOptions = {
  /** Such as https://api.twilio.com. */
  apiUrl: string;
  accountSid: string;
  authToken: string;
  /** A number in E.164 or the id of a messaging service (MG...). */
  from: string;
};

/** https://www.twilio.com/docs/api/errors: about this number, whatever is tried. */
const aboutTheNumber = new Set([21211, 21214, 21217, 21265, 21604, 21614]);
const optedOut = 21610;
/** Longest and usual pause when Twilio takes no more, in ms. */
const maxBackoffMs = 600_000;
const usualPauseMs = 10_000;
/** Of an answer; an honest one has a thousand characters. */
const maxCharacters = 65_536;

export function createTwilioTransport({ apiUrl, accountSid, authToken, from }: TwilioOptions): SmsTransport {
  const url = new URL(`/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Messages.json`, apiUrl);
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  const sender = from.startsWith('MG') ? 'MessagingServiceSid' : 'From';
  return {
    async send({ to, text }, attempt) {
      await attempt.begin();
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: { authorization, accept: 'application/json' },
          body: new URLSearchParams({ To: to, [sender]: from, Body: text }),
          signal: AbortSignal.any([attempt.signal, AbortSignal.timeout(answerWithinMs)]),
          redirect: 'error',
        });
        return resultOf(response.status, response.headers.get('retry-after'), await bodyOf(response));
      } catch (error) {
        return { kind: isUnsent(error) ? 'not-sent' : 'unknown', reason: shortReason(describeError(error)) };
      }
    },
  };
}

type TwilioError = { code: number; message: string };

/** What went wrong, as Twilio says it; nothing where it says nothing that can be read. */
async function bodyOf(response: Response): Promise<TwilioError | undefined> {
  if (response.ok) {
    // Taken: whatever follows changes nothing, and reading it frees the connection.
    await response.arrayBuffer().catch(() => {});
    return undefined;
  }
  const text = (await response.text().catch(() => '')).slice(0, maxCharacters);
  try {
    const { code, message } = JSON.parse(text) as Partial<Record<keyof TwilioError, unknown>>;
    return { code: Number(code), message: String(message) };
  } catch {
    return undefined;
  }
}

function resultOf(status: number, retryAfter: string | null, error: TwilioError | undefined): SmsResult {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  const reason = shortReason(`Twilio ${status}${error ? `, ${error.code}: ${error.message}` : ''}`);
  if (error?.code === optedOut) return { kind: 'opted-out' };
  if (error !== undefined && aboutTheNumber.has(error.code)) return { kind: 'refused', reason };
  if (status === 429) return { kind: 'busy', forMs: pauseOf(retryAfter), reason };
  // A gateway that lost its patience says nothing of what happened behind it.
  if (status >= 500 && status !== 503) return { kind: 'unknown', reason };
  return { kind: 'not-sent', reason };
}

function pauseOf(retryAfter: string | null): number {
  const seconds = Number(retryAfter);
  if (retryAfter === null || !Number.isFinite(seconds) || seconds < 0) return usualPauseMs;
  return Math.min(Math.max(seconds * 1000, 1000), maxBackoffMs);
}
