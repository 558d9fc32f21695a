/** The rate limit of a request and its reply, for every framework. */
import {
  aFunction,
  anObjectWith,
  type Check,
  type Checks,
  checkOptions,
  optional,
} from '../core/internal.ts';
import {
  clientAddress,
  type Decision,
  type Limiter,
  limitHeaders,
  limitKeyOfAddress,
  readNetworks,
} from '../limits/index.ts';

export type RequestLimitOptions<Request, Name extends string> = {
  readonly limiter: Pick<Limiter<Name>, 'check'>;
  /** The limit's name. A function may return null for a request that is not limited. */
  readonly limit: Name | ((request: Request) => Name | null);
  /** The limit key. @default the client's address, with IPv6 by /64; one key for peers without an address */
  readonly key?: ((request: Request) => string) | undefined;
  /** Units of a request. @default 1 */
  readonly cost?: ((request: Request) => number) | undefined;
  /** Addresses and networks whose X-Forwarded-For is believed. @default none */
  readonly trustedProxies?: readonly string[] | undefined;
};

export type LimitReply = {
  readonly headers: Record<string, string>;
  /** Undefined for an allowed request. 429, or 503 while a limit that fails closed cannot be decided. */
  readonly denial: { readonly status: 429 | 503; readonly body: string } | undefined;
};

const aNameOrFunction: Check = (value) =>
  (typeof value === 'string' && value !== '') || typeof value === 'function'
    ? undefined
    : 'a name or a function';
const aList: Check = (value) =>
  Array.isArray(value) && value.every((it) => typeof it === 'string') ? undefined : 'a list of networks';

export const requestLimitChecks: Checks<RequestLimitOptions<unknown, string>> = {
  limiter: anObjectWith('check'),
  limit: aNameOrFunction,
  key: optional(aFunction),
  cost: optional(aFunction),
  trustedProxies: optional(aList),
};

type Sender = { readonly peer: string | undefined; readonly forwardedFor: string | undefined };

/** Throws RangeError for an invalid option. */
export function createRequestLimit<Request, Name extends string>(
  options: RequestLimitOptions<Request, Name>,
  senderOf: (request: Request) => Sender,
): (request: Request) => Promise<LimitReply> {
  checkOptions('limitRequests', options, requestLimitChecks, (message) => new RangeError(message));
  const { limiter, limit, cost } = options;
  const proxies = readNetworks(options.trustedProxies ?? []);
  const keyOfSender = (request: Request): string => {
    const { peer, forwardedFor } = senderOf(request);
    const address = clientAddress(peer, forwardedFor, proxies);
    return address === null ? 'no address' : limitKeyOfAddress(address);
  };
  const keyOf = options.key ?? keyOfSender;
  return async (request) => {
    const name = typeof limit === 'function' ? limit(request) : limit;
    if (name === null) return { headers: {}, denial: undefined };
    const decision = await limiter.check({ limit: name, key: keyOf(request), cost: cost?.(request) ?? 1 });
    const headers = limitHeaders(decision);
    if (decision.allowed) return { headers, denial: undefined };
    headers['content-type'] = 'application/problem+json';
    return { headers, denial: denialOf(decision) };
  };
}

/** RFC 9457. */
function denialOf({ outage, exceededWindows }: Decision): LimitReply['denial'] {
  const status = outage ? 503 : 429;
  const title = outage ? 'Service Unavailable' : 'Too Many Requests';
  const problem = {
    type: 'about:blank',
    title,
    status,
    ...(outage ? {} : { exceeded_windows: exceededWindows }),
  };
  return { status, body: JSON.stringify(problem) };
}
