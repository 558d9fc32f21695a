/**
 * Text messages through Amazon SNS (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html, read 2026-11-26).
 * Publish to a phone number has no idempotency key: a lost response leaves the outcome unknown, so the SDK must not
 * retry. The SDK finds the credentials itself, on Fargate from the task role.
 */
import type { SNSClient, SNSClientConfig } from '@aws-sdk/client-sns';
import { responseTimeoutMs, type SmsResult, type SmsTransport, shortReason } from './sms.ts';
import { describeError, isUnsent } from './unsent.ts';

export type SnsOptions = {
  region: string;
  /** Up to eleven letters and digits, shown as the sender in countries that support it. */
  senderId: string | null;
  /** For tests: endpoint and credentials. */
  client?: Pick<SNSClientConfig, 'endpoint' | 'credentials'>;
};

const throttled = new Set([
  'Throttled',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'KMSThrottlingException',
]);
const defaultPauseMs = 5000;

export function createSnsTransport({ region, senderId, client: more = {} }: SnsOptions): SmsTransport {
  const attributes = {
    'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Transactional' },
    ...(senderId === null ? {} : { 'AWS.SNS.SMS.SenderID': { DataType: 'String', StringValue: senderId } }),
  };
  // The SDK is large, so it is loaded with the first message.
  let loading: Promise<{ client: SNSClient; sdk: typeof import('@aws-sdk/client-sns') }> | undefined;
  const load = async () => {
    const sdk = await import('@aws-sdk/client-sns');
    return { sdk, client: new sdk.SNSClient({ region, maxAttempts: 1, ...more }) };
  };
  return {
    async send({ to, text }, attempt) {
      loading ??= load();
      const { client, sdk } = await loading;
      await attempt.begin();
      try {
        await client.send(
          new sdk.PublishCommand({ PhoneNumber: to, Message: text, MessageAttributes: attributes }),
          { abortSignal: AbortSignal.any([attempt.signal, AbortSignal.timeout(responseTimeoutMs)]) },
        );
        return { kind: 'sent' };
      } catch (error) {
        return resultOf(error);
      }
    },
  };
}

function resultOf(error: unknown): SmsResult {
  const {
    name = '',
    message = '',
    $metadata,
  } = error as {
    name?: string;
    message?: string;
    $metadata?: { httpStatusCode?: number };
  };
  const status = $metadata?.httpStatusCode;
  if (name === 'CredentialsProviderError' || isUnsent(error))
    return { kind: 'not-sent', reason: shortReason(describeError(error)) };
  // A success status with an unreadable body: SNS may have accepted the message, so it must not be retried as unsent.
  if (status === undefined || status < 300)
    return { kind: 'unknown', reason: shortReason(describeError(error)) };
  const reason = shortReason(`SNS ${status}, ${name}: ${message}`);
  if (/^OptedOut/.test(name) || /opted out/i.test(message)) return { kind: 'opted-out' };
  if (throttled.has(name) || status === 429) return { kind: 'busy', forMs: defaultPauseMs, reason };
  if (/^InvalidParameter/.test(name) && /phone/i.test(message)) return { kind: 'refused', reason };
  if (status >= 500 && status !== 503) return { kind: 'unknown', reason };
  return { kind: 'not-sent', reason };
}
