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
  /** Addresses and networks of the proxies before this server, whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[];
  /** Addresses and networks that are not limited, and those that are not let in. */
  allow: readonly string[];
  deny: readonly string[];
};

/** Who asks, by its address. */
type Caller = { readonly standing: 'allowed' | 'denied' | 'limited'; readonly subject: string };

/** What is remembered of callers: at most so many, whose addresses take no more characters than these. */
const maxCallers = 10_000;
const maxName = 120;

/**
 * Holds every caller of the API to its limits, before the body is read. Register it before the routes.
 *
 * A guest with a session is a caller of its own, and counts for its address too, whose limit is larger: carriers put
 * thousands behind one address. The session is asked first: what it is refused takes nothing from its neighbors.
 *
 * Throws RangeError for an entry of the lists that is no address and no network.
 */
export function rateLimits(app: App, options: RateLimitOptions): void {
  const { limiter, operator, guests, clock } = options;
  const trusted = readNetworks(options.trustedProxies);
  const lists = createAccessLists(options);
  const callers = new Map<string, Caller>();

  /** Reading addresses costs more than the rest of a check: who came a moment ago is known. */
  function callerOf(request: FastifyRequest): Caller {
    const peer = request.raw.socket.remoteAddress;
    const forwardedFor = request.headers['x-forwarded-for'];
    const said = Array.isArray(forwardedFor) ? forwardedFor.join(',') : forwardedFor;
    const name = said === undefined ? `${peer}` : `${peer} ${said}`;
    const known = callers.get(name);
    if (known !== undefined) return known;
    const address = clientAddress(peer, said, trusted);
    const caller = { standing: lists.statusOf(address), subject: limitKeyOf(address) };
    if (name.length > maxName) return caller;
    if (callers.size >= maxCallers) callers.clear();
    callers.set(name, caller);
    return caller;
  }

  app.addHook('onRoute', (route) => {
    if (kindOf('GET', route.url, route.url) === null) return;
    const response = { ...(route.schema?.response as object | undefined), 403: Problem, 429: Problem };
    route.schema = { ...route.schema, response };
  });

  app.addHook('onRequest', async (request, reply) => {
    const kind = kindOf(request.method, request.routeOptions.url, request.url);
    if (kind === null) return;
    const { standing, subject } = callerOf(request);
    if (standing === 'denied') throw problem('address_denied');
    const { authorization, cookie } = request.headers;
    const isOperator = operator.isOperator(request);
    // Only what is wrong counts. The token is too long to be guessed at any pace, so the right one always passes:
    // else a few wrong ones from a shop's own network would lock its staff out.
    if (authorization !== undefined && !isOperator)
      require(reply, await limiter.check({ limit: 'auth', key: subject }));
    if (standing === 'allowed') return;
    if (isOperator) {
      require(reply, await limiter.check({ limit: forOperator(kind), key: 'operator' }));
      return;
    }
    const guest = guests.idIn(cookie, clock.nowMs());
    if (guest === null) {
      require(reply, await limiter.check({ limit: kind, key: subject }));
      // Of a browser alone, which keeps it. It counts from the next request on.
      if (request.headers['sec-fetch-site'] !== undefined)
        reply.header('set-cookie', guests.begin(clock.nowMs()));
      return;
    }
    require(reply, await limiter.check({ limit: kind, key: `guest ${guest}` }));
    const together = await limiter.check({ limit: `address-${kind}`, key: subject });
    if (!together.allowed) require(reply, together);
  });
}

/** What reads the database a lot is held to its own limits, whoever asks. */
function forOperator(kind: RequestKind): LimitName {
  return kind === 'analytics' ? kind : 'operator';
}

/** Tells the caller of its limits. Throws rate_limited, or unavailable when nobody knows whether it is within them. */
function require(reply: FastifyReply, decision: Decision): void {
  reply.headers(limitHeaders(decision));
  if (decision.allowed) return;
  if (decision.outage) throw problem('unavailable');
  const extras: ProblemExtras = { exceeded_windows: [...decision.exceededWindows] };
  const seconds = Math.ceil(decision.retryAfterMs / 1000);
  const windows = decision.exceededWindows.map((name) => `per ${name}`).join(' and ');
  throw problem('rate_limited', `The limit ${windows} is reached. Try again in ${seconds} s.`, extras);
}

/** Without an address: a socket of this machine's file system. */
function limitKeyOf(address: Address | null): string {
  return address === null ? 'local' : `address ${limitKeyOfAddress(address)}`;
}
