import { randomUUID } from 'node:crypto';
import { idempotencyKeyHeader } from '@bookedbarber/contract';
import type { CommandContext } from '../io.ts';
import { Failure } from '../user-error.ts';
import { ApiFailure } from './api-failure.ts';
import type { Connection } from './connection.ts';
import { errorCodeOf, networkFailure } from './network-failure.ts';
import { waitBeforeNext } from './retry.ts';

/** Longest time for one attempt, in ms. */
const deadlineMs = 60_000;

/**
 * The HTTP API of a server, as the operator. Paths are below /api/v1. An answer has the type that the contract gives it;
 * the server checks its answers against the same schemas. Every method throws ApiFailure for a refusal and Failure for a
 * server that cannot be reached, after a bounded number of attempts.
 */
export type Api = {
  url: URL;
  get<Answer>(path: string): Promise<Answer>;
  /** `idempotencyKey` names the intent, so that a request sent again is carried out once; made anew when absent. */
  post<Answer>(path: string, body: unknown, idempotencyKey?: string): Promise<Answer>;
  patch<Answer>(path: string, body: unknown): Promise<Answer>;
};

type ApiRequest = { method: string; path: string; body?: unknown; idempotencyKey?: string };

export function createApi(
  { url, operatorToken }: { url: URL; operatorToken: Connection['operatorToken'] | undefined },
  context: Pick<CommandContext, 'fetch' | 'wait'>,
  onWait: (waitMs: number) => void = () => {},
): Api {
  let answered = false;

  async function send<Answer>(request: ApiRequest): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      let response: Response;
      let body: unknown;
      try {
        response = await context.fetch(addressOf(url, request.path), {
          method: request.method,
          headers: headersOf(request, operatorToken),
          ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
          redirect: 'manual',
          signal: AbortSignal.timeout(deadlineMs),
        });
        body = await readBody(response);
      } catch (error) {
        const waitMs = waitBeforeNext({ errorCode: errorCodeOf(error) }, attempt, answered);
        if (waitMs === undefined) throw networkFailure(url, error);
        onWait(waitMs);
        await context.wait(waitMs);
        continue;
      }
      answered = true;
      if (response.ok) return checkJson<Answer>(body, url);
      const retryAfter = response.headers.get('retry-after');
      const waitMs = waitBeforeNext({ status: response.status, retryAfter }, attempt, answered);
      if (waitMs === undefined) throw refusal(request, response, body);
      onWait(waitMs);
      await context.wait(waitMs);
    }
  }

  return {
    url,
    get: (path) => send({ method: 'GET', path }),
    post: (path, body, idempotencyKey = randomUUID()) => send({ method: 'POST', path, body, idempotencyKey }),
    patch: (path, body) => send({ method: 'PATCH', path, body }),
  };
}

function addressOf(base: URL, path: string): URL {
  return new URL(`${base.pathname.replace(/\/+$/, '')}/api/v1${path}`, base);
}

function headersOf(request: ApiRequest, operatorToken: string | undefined): Record<string, string> {
  return {
    accept: 'application/json, application/problem+json',
    ...(operatorToken === undefined ? {} : { authorization: `Bearer ${operatorToken}` }),
    ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(request.idempotencyKey === undefined ? {} : { [idempotencyKeyHeader]: request.idempotencyKey }),
  };
}

/** The body as JSON, or its text where it is something else. */
async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function checkJson<Answer>(body: unknown, url: URL): Answer {
  if (typeof body === 'object' && body !== null) return body as Answer;
  throw new Failure('not_the_api', `What answers at ${url.origin} is not the BookedBarber API.`, {
    remediation: 'Check the address and the port in --url or BOOKEDBARBER_URL.',
  });
}

function refusal(request: ApiRequest, response: Response, body: unknown): Failure {
  const target = response.headers.get('location');
  if (response.status >= 300 && response.status < 400 && target !== null) {
    return new Failure('redirected', `The server sends this request on to ${target}.`, {
      remediation: 'Give that address with --url: the operator token is never sent on to another one.',
    });
  }
  return new ApiFailure(`${request.method} ${request.path}`, response.status, body);
}
