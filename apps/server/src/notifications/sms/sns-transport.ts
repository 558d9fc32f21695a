/**
 * Text messages by Amazon SNS (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html, read 2026-11-26). A Publish to a
 * phone knows no key to tell a repeated one by: a lost answer leaves it unknown, and the SDK must not repeat it by itself.
 * The credentials are those that the SDK finds, on Fargate the task's role.
 */
import type { SNSClient, SNSClientConfig } from '@aws-sdk/client-sns';
import { answerWithinMs, type SmsResult, type SmsTransport, shortReason } from './sms.ts';
import { describeError, isUnsent } from './unsent.ts';

export type SnsOptions = {
  region: string;
  /** Up to eleven letters and digits, shown as the sender where the country allows it. */
  senderId: string | null;
  /** For tests: where SNS is, and who asks. */
  client?: Pick<SNSClientConfig, 'endpoint' | 'credentials'>;
};

const throttled = new Set([
  'Throttled',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'KMSThrottlingException',
]);
const usualPauseMs = 5000;

export function createSnsTransport({ region, senderId, client: more = {} }: SnsOptions): SmsTransport {
  const attributes = {
    'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Transactional' },
    ...(senderId === null ? {} : { 'AWS.SNS.SMS.SenderID': { DataType: 'String', StringValue: senderId } }),
  };
  // The SDK is large: it is loaded where the first message is sent by it.
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
          { abortSignal: AbortSignal.any([attempt.signal, AbortSignal.timeout(answerWithinMs)]) },
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
  // It was answered with yes, in words that cannot be read: never a reason to send it ten times.
  if (status === undefined || status < 300)
    return { kind: 'unknown', reason: shortReason(describeError(error)) };
  const reason = shortReason(`SNS ${status}, ${name}: ${message}`);
  if (/^OptedOut/.test(name) || /opted out/i.test(message)) return { kind: 'opted-out' };
  if (throttled.has(name) || status === 429) return { kind: 'busy', forMs: usualPauseMs, reason };
  if (/^InvalidParameter/.test(name) && /phone/i.test(message)) return { kind: 'refused', reason };
  if (status >= 500 && status !== 503) return { kind: 'unknown', reason };
  return { kind: 'not-sent', reason };
}
