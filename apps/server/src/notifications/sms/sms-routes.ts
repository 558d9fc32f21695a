import { toE164OrNull } from '../../contact/phone.ts';
import type { App } from '../../http/app-type.ts';
import { problem } from '../../http/problem.ts';
import type { Context } from '../../main/context.ts';
import { optIn, optOut } from './opt-outs.ts';
import { wishOf } from './sms-keyword.ts';
import { isSignedByTwilio } from './twilio-signature.ts';

const path = '/api/v1/sms/twilio';
/** A message has at most ten segments; the rest is what Twilio says of it. */
const bodyLimitBytes = 16 * 1024;
/** No answer: Twilio sends its own to STOP and START. */
const silence = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

/**
 * What people answer to text messages, as Twilio passes it on. Only STOP and START mean something to us. With SNS nobody
 * calls: AWS keeps its own list, and says so when a message goes to somebody on it.
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
        throw problem('invalid_request', 'The body has to be a form.');
      const url = `${config.publicUrl}${path}`;
      if (typeof signature !== 'string' || !isSignedByTwilio(authToken, { url, fields, signature }))
        throw problem('unauthorized', 'The signature is missing or is not that of the account.');
      const phone = toE164(fields.get('From'));
      const wish = wishOf(fields.get('OptOutType') ?? fields.get('Body') ?? '');
      if (phone !== null && wish === 'stop') await optOut(db, phone, clock.nowMs());
      if (phone !== null && wish === 'start') await optIn(db, phone);
      return reply.type('text/xml; charset=utf-8').send(silence);
    });
  });
}

/** Twilio writes numbers in full; anything else, such as a short code, is nobody whom we write to. */
function toE164(from: string | null): string | null {
  if (from === null || !/^\+\d{6,15}$/.test(from)) return null;
  try {
    return toE164OrNull(from, 'US');
  } catch {
    return null;
  }
}
