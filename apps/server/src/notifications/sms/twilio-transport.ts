/**
 * Text messages through Twilio's Messages resource (https://www.twilio.com/docs/messaging/api/message-resource, read
 * 2026-11-26). Requests have no idempotency key: a lost response leaves the outcome unknown. Uses fetch, because only
 * one request of Twilio's library would be needed.
 */
import { responseTimeoutMs, type SmsResult, type SmsTransport, shortReason } from './sms.ts';
import { describeError, isUnsent } from './unsent.ts';

export type TwilioOptions = {
  /** Such as https://api.twilio.com. */
  apiUrl: string;
  accountSid: string;
  authToken: string;
  /** A number in E.164 or the id of a messaging service (MG...). */
  from: string;
};

/** Errors that concern the number, so that a retry cannot succeed (https://www.twilio.com/docs/api/errors). */
const invalidNumber = new Set([21211, 21214, 21217, 21265, 21604, 21614]);
const optedOut = 21610;
/** Longest and default pause when Twilio throttles, in ms. */
const maxBackoffMs = 600_000;
const defaultPauseMs = 10_000;
/** Maximum characters read of a response; normal ones have about a thousand. */
const maxBodyLength = 65_536;

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
          signal: AbortSignal.any([attempt.signal, AbortSignal.timeout(responseTimeoutMs)]),
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

/** Reads Twilio's error; undefined for a success or an unreadable body. */
async function bodyOf(response: Response): Promise<TwilioError | undefined> {
  if (response.ok) {
    // Twilio has accepted the message. Reading the body frees the connection.
    await response.arrayBuffer().catch(() => {});
    return undefined;
  }
  const text = (await response.text().catch(() => '')).slice(0, maxBodyLength);
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
  if (error !== undefined && invalidNumber.has(error.code)) return { kind: 'refused', reason };
  if (status === 429) return { kind: 'busy', forMs: pauseOf(retryAfter), reason };
  // A gateway error or timeout does not reveal whether Twilio accepted the message.
  if (status >= 500 && status !== 503) return { kind: 'unknown', reason };
  return { kind: 'not-sent', reason };
}

function pauseOf(retryAfter: string | null): number {
  const seconds = Number(retryAfter);
  if (retryAfter === null || !Number.isFinite(seconds) || seconds < 0) return defaultPauseMs;
  return Math.min(Math.max(seconds * 1000, 1000), maxBackoffMs);
}
