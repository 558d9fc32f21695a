import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A text message that a provider took, as it read it from the wire. */
export type TakenSms = { to: string; text: string; from: string | null };

/** A provider of text messages on 127.0.0.1, which keeps what it takes and can be told to misbehave. */
export type SmsProviderServer = {
  readonly url: string;
  readonly taken: readonly TakenSms[];
  /** Requests that came, whatever became of them. */
  readonly requests: number;
  /** Answers so until it is called with null; `headers` such as Retry-After. */
  answer(next: { status: number; body: string; headers?: Record<string, string> } | null): void;
  /** Takes so many more messages, and cuts the connection instead of answering. */
  dropReplies(count: number): void;
  /** Forgets what it has taken and how it was to answer: for the next test of a file. */
  forget(): void;
  /** Takes no answer until the returned function is called. */
  hold(): () => void;
  close(): Promise<void>;
};

type Wire = {
  /** What was asked for; null: the request is not as the provider wants it, and is answered so. */
  read(request: IncomingMessage, body: string): TakenSms | null;
  refused: { status: number; body: string };
  accepted(number: number): { status: number; type: string; body: string };
};

async function startProvider(wire: Wire): Promise<SmsProviderServer> {
  const taken: TakenSms[] = [];
  let requests = 0;
  let told: { status: number; body: string; headers?: Record<string, string> } | null = null;
  let lost = 0;
  let held = Promise.resolve();
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    requests += 1;
    await held;
    if (told !== null) {
      response.writeHead(told.status, { 'content-type': 'application/json', ...told.headers }).end(told.body);
      return;
    }
    const sms = wire.read(request, Buffer.concat(chunks).toString());
    if (sms === null) {
      response.writeHead(wire.refused.status, { 'content-type': 'application/json' }).end(wire.refused.body);
      return;
    }
    taken.push(sms);
    if (lost > 0) {
      lost -= 1;
      request.socket.destroy();
      return;
    }
    const { status, type, body } = wire.accepted(taken.length);
    response.writeHead(status, { 'content-type': type }).end(body);
  }
  const server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    get requests() {
      return requests;
    },
    answer(next) {
      told = next;
    },
    forget() {
      taken.length = 0;
      told = null;
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

/** Twilio's Messages resource: basic authentication, a form, and JSON. */
export function startTwilio(): Promise<SmsProviderServer> {
  const { sid, token } = twilioAccount;
  const wanted = `Basic ${Buffer.from(`${sid}:${token}`).toString('base64')}`;
  return startProvider({
    read(request, body) {
      const isForm =
        request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
      const path = `/2010-04-01/Accounts/${sid}/Messages.json`;
      if (request.method !== 'POST' || request.url !== path || !isForm) return null;
      if (request.headers.authorization !== wanted) return null;
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

/** SNS: the query protocol, signed by the SDK, and XML. */
export function startSns(): Promise<SmsProviderServer> {
  return startProvider({
    read(request, body) {
      const form = new URLSearchParams(body);
      const isSigned = request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ') === true;
      const [to, text] = [form.get('PhoneNumber'), form.get('Message')];
      if (!isSigned || form.get('Action') !== 'Publish' || to === null || text === null) return null;
      return { to, text, from: null };
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
