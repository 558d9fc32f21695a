import { Problem } from '@bookedbarber/contract';
import { type Decision, type Limiter, limitHeaders } from '@bookedbarber/redis-tier/limits';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { subjectOfAddress } from '../limits/address.ts';
import { type LimitedResource, resourceOf } from '../limits/resources.ts';
import { clientAddress, readTrustedProxies, type TrustedProxies } from '../limits/trusted-proxies.ts';
import { type ProblemExtras, problem } from '../problem.ts';
import type { OperatorCheck } from './operator.ts';

export type RateLimitOptions = {
  limiter: Limiter<LimitedResource>;
  operator: OperatorCheck;
  /** Addresses and networks of the proxies before this server, whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[];
};

/**
 * Holds every caller of the API to its limits, before the body is read. Register it before the routes.
 *
 * Throws RangeError for a trusted proxy that is no address and no network.
 */
export function rateLimits(app: App, { limiter, operator, trustedProxies }: RateLimitOptions): void {
  const trusted = readTrustedProxies(trustedProxies);

  app.addHook('onRoute', (route) => {
    if (resourceOf('GET', route.url, route.url) === null) return;
    const response = { ...(route.schema?.response as object | undefined), 429: Problem };
    route.schema = { ...route.schema, response };
  });

  app.addHook('onRequest', async (request, reply) => {
    const resource = resourceOf(request.method, request.routeOptions.url, request.url);
    if (resource === null) return;
    const address = addressSubject(request, trusted);
    const { authorization } = request.headers;
    const isOperator = operator.isOperator(request);
    // Only what is wrong counts. The token is too long to be guessed at any pace, so the right one always passes:
    // else a few wrong ones from a shop's own network would lock its staff out.
    if (authorization !== undefined && !isOperator) {
      require(reply, await limiter.check({ resource: 'auth', subject: address }));
    }
    const asked = isOperator
      ? { resource: forOperator(resource), subject: `operator ${authorization?.slice('Bearer '.length)}` }
      : { resource, subject: address };
    require(reply, await limiter.check(asked));
  });
}

/** What reads the database a lot is held to its own limits, whoever asks. */
function forOperator(resource: LimitedResource): LimitedResource {
  return resource === 'analytics' ? resource : 'operator';
}

/** Tells the caller of its limits. Throws rate_limited, or unavailable when nobody knows whether it is within them. */
function require(reply: FastifyReply, decision: Decision): void {
  reply.headers(limitHeaders(decision));
  if (decision.allowed) return;
  if (decision.outage) throw problem('unavailable');
  const extras: ProblemExtras = { violated_windows: [...decision.violated] };
  const seconds = Math.ceil(decision.retryAfterMs / 1000);
  const windows = decision.violated.map((name) => `per ${name}`).join(' and ');
  throw problem('rate_limited', `The limit ${windows} is reached. Try again in ${seconds} s.`, extras);
}

function addressSubject(request: FastifyRequest, trusted: TrustedProxies): string {
  const forwardedFor = request.headers['x-forwarded-for'];
  const said = Array.isArray(forwardedFor) ? forwardedFor.join(',') : forwardedFor;
  const address = clientAddress(request.raw.socket.remoteAddress, said, trusted);
  // Without an address: a socket of this machine's file system.
  return address === null ? 'local' : `address ${subjectOfAddress(address)}`;
}
