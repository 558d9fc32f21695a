import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A text message that a provider accepted. */
export type ReceivedSms = { to: string; text: string; from: string | null };

/** A text message provider on 127.0.0.1 that stores messages and can simulate failures. */
export type SmsProviderServer = {
  readonly url: string;
  readonly messages: readonly ReceivedSms[];
  /** Number of requests, including rejected ones. */
  readonly requests: number;
  /** Sends this response to all requests; null restores the default. */
  answer(next: { status: number; body: string; headers?: Record<string, string> } | null): void;
  /** Accepts the next `count` messages but closes the connection instead of responding. */
  dropReplies(count: number): void;
  /** Deletes the stored messages and restores the default response, for the next test of a file. */
  clear(): void;
  /** Delays responses until the returned function is called. */
  hold(): () => void;
  close(): Promise<void>;
};

type Wire = {
  /** The message of a request; null: the request is invalid, and the response is `refused`. */
  read(request: IncomingMessage, body: string): ReceivedSms | null;
  refused: { status: number; body: string };
  accepted(number: number): { status: number; type: string; body: string };
};

async function startProvider(wire: Wire): Promise<SmsProviderServer> {
  const messages: ReceivedSms[] = [];
  let requests = 0;
  let override: { status: number; body: string; headers?: Record<string, string> } | null = null;
  let lost = 0;
  let held = Promise.resolve();
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    requests += 1;
    await held;
    if (override !== null) {
      const { status, headers, body } = override;
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
      return;
    }
    const sms = wire.read(request, Buffer.concat(chunks).toString());
    if (sms === null) {
      response.writeHead(wire.refused.status, { 'content-type': 'application/json' }).end(wire.refused.body);
      return;
    }
    messages.push(sms);
    if (lost > 0) {
      lost -= 1;
      request.socket.destroy();
      return;
    }
    const { status, type, body } = wire.accepted(messages.length);
    response.writeHead(status, { 'content-type': type }).end(body);
  }
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    messages,
    get requests() {
      return requests;
    },
    answer(next) {
      override = next;
    },
    clear() {
      messages.length = 0;
      override = null;
    },
    dropReplies(count) {
      lost = count;
    },
    hold() {
      let open: () => void = () => {};
      held = new Promise((resolve) => {
        open = resolve;
      });
      return open;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export const twilioAccount = { sid: `AC${'0'.repeat(32)}`, token: 'twilio-token-for-tests-0123456789' };

/** Twilio's Messages resource: basic authentication, form requests and JSON responses. */
export function startTwilio(): Promise<SmsProviderServer> {
  const { sid, token } = twilioAccount;
  const authorization = `Basic ${Buffer.from(`${sid}:${token}`).toString('base64')}`;
  return startProvider({
    read(request, body) {
      const isForm =
        request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
      const path = `/2010-04-01/Accounts/${sid}/Messages.json`;
      if (request.method !== 'POST' || request.url !== path || !isForm) return null;
      if (request.headers.authorization !== authorization) return null;
      const form = new URLSearchParams(body);
      const [to, text] = [form.get('To'), form.get('Body')];
      const from = form.get('From') ?? form.get('MessagingServiceSid');
      return to === null || text === null || from === null ? null : { to, text, from };
    },
    refused: { status: 401, body: twilioError(20003, 'Authenticate', 401) },
    accepted: (number) => ({
      status: 201,
      type: 'application/json',
      body: JSON.stringify({
        sid: `SM${String(number).padStart(32, '0')}`,
        status: 'queued',
        num_segments: '1',
        error_code: null,
      }),
    }),
  });
}

export function twilioError(code: number, message: string, status: number): string {
  return JSON.stringify({ code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });
}

/** SNS in one region: requests in the query protocol, signed by the SDK, and XML responses. */
export function startSns(region = 'us-east-1'): Promise<SmsProviderServer> {
  return startProvider({
    read(request, body) {
      const form = new URLSearchParams(body);
      const { authorization = '' } = request.headers;
      const isSigned =
        authorization.startsWith('AWS4-HMAC-SHA256 ') &&
        authorization.includes(`/${region}/sns/aws4_request`);
      const [to, text] = [form.get('PhoneNumber'), form.get('Message')];
      if (!isSigned || form.get('Action') !== 'Publish' || to === null || text === null) return null;
      const attributes = new Map<string | null, string | null>();
      for (let at = 1; form.has(`MessageAttributes.entry.${at}.Name`); at += 1)
        attributes.set(
          form.get(`MessageAttributes.entry.${at}.Name`),
          form.get(`MessageAttributes.entry.${at}.Value.StringValue`),
        );
      // Promotional messages have a lower priority, and some countries block them at night.
      if (attributes.get('AWS.SNS.SMS.SMSType') !== 'Transactional') return null;
      return { to, text, from: attributes.get('AWS.SNS.SMS.SenderID') ?? null };
    },
    refused: { status: 403, body: snsError('InvalidClientTokenId', 'The security token is invalid.') },
    accepted: (number) => ({
      status: 200,
      type: 'text/xml',
      body: `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>${number}</MessageId></PublishResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishResponse>`,
    }),
  });
}

export function snsError(code: string, message: string): string {
  return `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`;
}
