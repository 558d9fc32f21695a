import { toE164OrNull } from '../../contact/phone.ts';
import type { App } from '../../http/app-type.ts';
import { problem } from '../../http/problem.ts';
import type { Context } from '../../main/context.ts';
import { optIn, optOut } from './opt-outs.ts';
import { keywordOf } from './sms-keyword.ts';
import { isSignedByTwilio } from './twilio-signature.ts';

const path = '/api/v1/sms/twilio';
/** A message has at most ten segments; Twilio's other fields need the rest. */
const bodyLimitBytes = 16 * 1024;
/** An empty response sends no reply: Twilio itself replies to STOP and START. */
const noReply = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

/**
 * Twilio's webhook for replies to text messages. Only opt-out and opt-in keywords have an effect. SNS needs no
 * webhook: AWS keeps its own opt-out list and rejects messages to the numbers on it.
 */
export function smsRoutes(app: App, { config, db, clock }: Context): void {
  const { provider } = config.sms;
  if (provider?.name !== 'twilio') return;
  const { authToken } = provider;
  void app.register(async (routes) => {
    routes.addContentTypeParser<string>(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: bodyLimitBytes },
      (_request, body, done) => done(null, new URLSearchParams(body as string)),
    );
    routes.post(path, { schema: { hide: true } }, async (request, reply) => {
      const { body: fields } = request;
      const signature = request.headers['x-twilio-signature'];
      if (!(fields instanceof URLSearchParams))
        throw problem('invalid_request', 'The body must be a URL-encoded form.');
      const url = `${config.publicUrl}${path}`;
      if (typeof signature !== 'string' || !isSignedByTwilio(authToken, { url, fields, signature }))
        throw problem('unauthorized', 'The X-Twilio-Signature header is missing or invalid.');
      const phone = toE164(fields.get('From'));
      const keyword = keywordOf(fields.get('OptOutType') ?? fields.get('Body') ?? '');
      if (phone !== null && keyword === 'stop') await optOut(db, phone, clock.nowMs());
      if (phone !== null && keyword === 'start') await optIn(db, phone);
      return reply.type('text/xml; charset=utf-8').send(noReply);
    });
  });
}

/** Twilio sends numbers in E.164. Other senders, such as short codes, are never recipients and return null. */
function toE164(from: string | null): string | null {
  if (from === null || !/^\+\d{6,15}$/.test(from)) return null;
  try {
    return toE164OrNull(from, 'US');
  } catch {
    return null;
  }
}
