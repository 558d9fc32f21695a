import type { bookingTokenHeader, idempotencyKeyHeader } from '@bookedbarber/contract';
import { NetworkError, readApiError } from './problem.ts';
import { learnServerTime } from './server-clock.ts';

// The names are tied to the contract by type alone, so that no schema code is shipped to visitors.
const idempotencyKey: typeof idempotencyKeyHeader = 'idempotency-key';
const bookingToken: typeof bookingTokenHeader = 'booking-token';

const deadlineMs = 15_000;

export interface Call {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path below /api/v1, with its query. */
  path: string;
  body?: unknown;
  /** Token of a booking's own link; it travels as a header and never in a URL. */
  bookingToken?: string;
  /** The operator's token; it travels as a header and never in a URL. */
  operatorToken?: string;
  idempotencyKey?: string;
  signal?: AbortSignal;
}

/**
 * Calls the API and returns the parsed answer (undefined for 204).
 * @throws Refusal when the server said no, NetworkError when there was no answer within 15 s
 */
export async function callApi<Answer>(call: Call): Promise<Answer> {
  const response = await send(call, 'application/json');
  if (response.status === 204) return undefined as Answer;
  return (await response.json()) as Answer;
}

/** As callApi, for answers that are files. */
export async function callApiForFile(call: Call, mediaType: string): Promise<Blob> {
  const response = await send(call, mediaType);
  return response.blob();
}

async function send(call: Call, accept: string): Promise<Response> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), deadlineMs);
  const giveUp = (): void => abort.abort();
  call.signal?.addEventListener('abort', giveUp);
  try {
    const response = await fetch(`/api/v1${call.path}`, {
      method: call.method ?? 'GET',
      headers: headersOf(call, accept),
      signal: abort.signal,
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    });
    learnServerTime(response.headers.get('date'));
    if (!response.ok) throw await readApiError(response);
    return response;
  } catch (cause) {
    // fetch rejects with a TypeError when the network fails and with an AbortError after giveUp or the deadline.
    if (cause instanceof TypeError || (cause instanceof DOMException && cause.name === 'AbortError')) {
      throw new NetworkError('No answer from the server', { cause });
    }
    throw cause;
  } finally {
    clearTimeout(timer);
    call.signal?.removeEventListener('abort', giveUp);
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
