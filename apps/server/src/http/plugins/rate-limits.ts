import { Problem } from '@bookedbarber/contract';
import type { Clock } from '@bookedbarber/redis-tier/core';
import {
  type Address,
  clientAddress,
  createAccessLists,
  type Decision,
  type Limiter,
  limitHeaders,
  limitKeyOfAddress,
  readNetworks,
} from '@bookedbarber/redis-tier/limits';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GuestSessions } from '../../throttling/guest-session.ts';
import { kindOf, type LimitName, type RequestKind } from '../../throttling/limit-names.ts';
import type { App } from '../app-type.ts';
import type { OperatorCheck } from '../operator.ts';
import { type ProblemExtras, problem } from '../problem.ts';

export type RateLimitOptions = {
  limiter: Limiter<LimitName>;
  operator: OperatorCheck;
  guests: GuestSessions;
  clock: Clock;
  /** Addresses and networks of trusted proxies, whose X-Forwarded-For header is used. */
  trustedProxies: readonly string[];
  /** Addresses and networks without limits. */
  allow: readonly string[];
  /** Addresses and networks without access. */
  deny: readonly string[];
};

type Client = { readonly status: 'allowed' | 'denied' | 'limited'; readonly limitKey: string };

/** Parsed addresses are cached, up to this many. Longer header values are not cached. */
const maxCachedClients = 10_000;
const maxCacheKeyLength = 120;

/**
 * Enforces the rate limits of the API before the body is read. Register it before the routes.
 *
 * A guest with a session has its own limits and also counts toward the larger limits of its address, because carriers
 * put thousands of clients behind one address. The session limit is checked first, so that requests it denies do not
 * consume the limit of the address.
 *
 * Throws RangeError if an entry of the lists is neither an address nor a network.
 */
export function rateLimits(app: App, options: RateLimitOptions): void {
  const { limiter, operator, guests, clock } = options;
  const trusted = readNetworks(options.trustedProxies);
  const lists = createAccessLists(options);
  const cachedClients = new Map<string, Client>();

  /** Parsing addresses costs more than the rest of a check, so results are cached. */
  function clientOf(request: FastifyRequest): Client {
    const peer = request.raw.socket.remoteAddress;
    const header = request.headers['x-forwarded-for'];
    const forwardedFor = Array.isArray(header) ? header.join(',') : header;
    const cacheKey = forwardedFor === undefined ? `${peer}` : `${peer} ${forwardedFor}`;
    const cached = cachedClients.get(cacheKey);
    if (cached !== undefined) return cached;
    const address = clientAddress(peer, forwardedFor, trusted);
    const client = { status: lists.statusOf(address), limitKey: limitKeyOf(address) };
    if (cacheKey.length > maxCacheKeyLength) return client;
    if (cachedClients.size >= maxCachedClients) cachedClients.clear();
    cachedClients.set(cacheKey, client);
    return client;
  }

  app.addHook('onRoute', (route) => {
    if (kindOf('GET', route.url, route.url) === null) return;
    const response = { ...(route.schema?.response as object | undefined), 403: Problem, 429: Problem };
    route.schema = { ...route.schema, response };
  });

  app.addHook('onRequest', async (request, reply) => {
    const kind = kindOf(request.method, request.routeOptions.url, request.url);
    if (kind === null) return;
    const { status, limitKey } = clientOf(request);
    if (status === 'denied') throw problem('address_denied');
    const { authorization, cookie } = request.headers;
    const isOperator = operator.isOperator(request);
    // Only wrong credentials count. The token is too long to guess at any rate, so the correct token always passes.
    // Otherwise, a few wrong attempts from a shop's network would lock out its staff.
    if (authorization !== undefined && !isOperator)
      enforce(reply, await limiter.check({ limit: 'auth', key: limitKey }));
    if (status === 'allowed') return;
    if (isOperator) {
      enforce(reply, await limiter.check({ limit: operatorLimit(kind), key: 'operator' }));
      return;
    }
    const guest = guests.idIn(cookie, clock.nowMs());
    if (guest === null) {
      enforce(reply, await limiter.check({ limit: kind, key: limitKey }));
      // Only browsers get a session, because other clients may not store cookies. It applies from the next request on.
      if (request.headers['sec-fetch-site'] !== undefined)
        reply.header('set-cookie', guests.begin(clock.nowMs()));
      return;
    }
    enforce(reply, await limiter.check({ limit: kind, key: `guest ${guest}` }));
    const shared = await limiter.check({ limit: `address-${kind}`, key: limitKey });
    if (!shared.allowed) enforce(reply, shared);
  });
}

/** Analytics requests have the same limits for operators and guests, because they load the database. */
function operatorLimit(kind: RequestKind): LimitName {
  return kind === 'analytics' ? kind : 'operator';
}

/** Sets the rate limit headers. Throws rate_limited, or unavailable if the limiter cannot decide during an outage. */
function enforce(reply: FastifyReply, decision: Decision): void {
  reply.headers(limitHeaders(decision));
  if (decision.allowed) return;
  if (decision.outage) throw problem('unavailable');
  const extras: ProblemExtras = { exceeded_windows: [...decision.exceededWindows] };
  const seconds = Math.ceil(decision.retryAfterMs / 1000);
  const windows = decision.exceededWindows.map((name) => `per ${name}`).join(' and ');
  throw problem('rate_limited', `The rate limit ${windows} is exceeded. Try again in ${seconds} s.`, extras);
}

/** Connections over a Unix domain socket have no address. */
function limitKeyOf(address: Address | null): string {
  return address === null ? 'local' : `address ${limitKeyOfAddress(address)}`;
}
