import type { bookingTokenHeader, idempotencyKeyHeader } from '@bookedbarber/contract';
import { NetworkError, readApiError } from './problem.ts';
import { updateServerClock } from './server-clock.ts';

// The contract checks these names by type only, so that the bundle contains no schema code.
const idempotencyKey: typeof idempotencyKeyHeader = 'idempotency-key';
const bookingToken: typeof bookingTokenHeader = 'booking-token';

const timeoutMs = 15_000;

export interface Call {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path below /api/v1, with its query. */
  path: string;
  body?: unknown;
  /** Token of a booking. Sent in a header, never in a URL. */
  bookingToken?: string;
  /** Operator token. Sent in a header, never in a URL. */
  operatorToken?: string;
  idempotencyKey?: string;
  signal?: AbortSignal;
}

/**
 * Calls the API and returns the parsed response body (undefined for 204).
 * @throws ApiError for an error response, NetworkError without a response within 15 s
 */
export async function callApi<Result>(call: Call): Promise<Result> {
  const response = await send(call, 'application/json');
  if (response.status === 204) return undefined as Result;
  return (await response.json()) as Result;
}

/** Like callApi, for responses that are files. */
export async function callApiForFile(call: Call, mediaType: string): Promise<Blob> {
  const response = await send(call, mediaType);
  return response.blob();
}

async function send(call: Call, accept: string): Promise<Response> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  const onAbort = (): void => abort.abort();
  call.signal?.addEventListener('abort', onAbort);
  try {
    const response = await fetch(`/api/v1${call.path}`, {
      method: call.method ?? 'GET',
      headers: headersOf(call, accept),
      signal: abort.signal,
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    });
    updateServerClock(response.headers.get('date'));
    if (!response.ok) throw await readApiError(response);
    return response;
  } catch (cause) {
    // fetch rejects with a TypeError for a network failure, and with an AbortError after an abort or the timeout.
    if (cause instanceof TypeError || (cause instanceof DOMException && cause.name === 'AbortError')) {
      throw new NetworkError('No response from the server', { cause });
    }
    throw cause;
  } finally {
    clearTimeout(timer);
    call.signal?.removeEventListener('abort', onAbort);
  }
}

function headersOf(call: Call, accept: string): Record<string, string> {
  return {
    accept: `${accept}, application/problem+json`,
    ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(call.bookingToken === undefined ? {} : { [bookingToken]: call.bookingToken }),
    ...(call.operatorToken === undefined ? {} : { authorization: `Bearer ${call.operatorToken}` }),
    ...(call.idempotencyKey === undefined ? {} : { [idempotencyKey]: call.idempotencyKey }),
  };
}
