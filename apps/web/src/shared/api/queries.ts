import type { Availability, Booking, Shop, ShopList } from '@bookedbarber/contract';
import { QueryClient, queryOptions } from '@tanstack/react-query';
import { callApi } from './client.ts';
import { isWorthRetrying } from './problem.ts';

/** A service of the booking with its barber; null means any barber. */
export interface Segment {
  serviceId: string;
  barberId: string | null;
}

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // With the default mode, queries of an offline visitor pause without an error message.
        networkMode: 'always',
        staleTime: 30_000,
        retry: (failures, error) => failures < 2 && isWorthRetrying(error),
        retryDelay: (failures) => 400 * 2 ** failures,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}

export const shopsQuery = () =>
  queryOptions({
    queryKey: ['shops'],
    queryFn: ({ signal }) => callApi<ShopList>({ path: '/shops', signal }),
  });

export const shopQuery = (slug: string) =>
  queryOptions({
    queryKey: ['shop', slug],
    queryFn: ({ signal }) => callApi<Shop>({ path: `/shops/${encodeURIComponent(slug)}`, signal }),
  });

export interface AvailabilityRequest {
  slug: string;
  segments: readonly Segment[];
  /** First day, YYYY-MM-DD in the shop's zone. */
  from: string;
  /** Number of days, 1 to 31. */
  days: number;
}

export const availabilityKey = (slug: string) => ['availability', slug] as const;

export const availabilityQuery = (request: AvailabilityRequest) =>
  queryOptions({
    queryKey: [
      ...availabilityKey(request.slug),
      request.segments.map(segmentParameter),
      request.from,
      request.days,
    ],
    queryFn: ({ signal }) => callApi<Availability>({ path: availabilityPath(request), signal }),
    staleTime: 10_000,
  });

/** Path and query of an availability request. */
export function availabilityPath({ slug, segments, from, days }: AvailabilityRequest): string {
  const query = new URLSearchParams(segments.map((segment) => ['segment', segmentParameter(segment)]));
  query.set('from', from);
  query.set('days', String(days));
  return `/shops/${encodeURIComponent(slug)}/availability?${query}`;
}

const segmentParameter = ({ serviceId, barberId }: Segment): string => `${serviceId}:${barberId ?? 'any'}`;

export const bookingKey = (id: string) => ['booking', id] as const;

export const bookingQuery = (id: string, token: string) =>
  queryOptions({
    queryKey: bookingKey(id),
    queryFn: ({ signal }) =>
      callApi<Booking>({ path: `/bookings/${encodeURIComponent(id)}`, bookingToken: token, signal }),
  });
