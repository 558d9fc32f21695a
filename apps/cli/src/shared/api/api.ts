import { randomUUID } from 'node:crypto';
import { idempotencyKeyHeader } from '@bookedbarber/contract';
import type { CommandContext } from '../io.ts';
import { Failure } from '../user-error.ts';
import { ApiFailure } from './api-failure.ts';
import type { Connection } from './connection.ts';
import { errorCodeOf, networkFailure } from './network-failure.ts';
import { waitBeforeNext } from './retry.ts';

/** Timeout of one attempt, in ms. */
const deadlineMs = 60_000;

/**
 * The HTTP API of a server, called as the operator. Paths are below /api/v1. Responses are not validated here: the
 * server validates them against the schemas of the contract. Every method retries a bounded number of times, then
 * throws ApiFailure for an error response and Failure for an unreachable server.
 */
export type Api = {
  url: URL;
  get<Result>(path: string): Promise<Result>;
  /** `idempotencyKey` makes a repeated request run once; random by default. */
  post<Result>(path: string, body: unknown, idempotencyKey?: string): Promise<Result>;
  patch<Result>(path: string, body: unknown): Promise<Result>;
};

type ApiRequest = { method: string; path: string; body?: unknown; idempotencyKey?: string };

export function createApi(
  { url, operatorToken }: { url: URL; operatorToken: Connection['operatorToken'] | undefined },
  context: Pick<CommandContext, 'fetch' | 'wait'>,
  onWait: (waitMs: number) => void = () => {},
): Api {
  let answered = false;

  async function send<Result>(request: ApiRequest): Promise<Result> {
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
      if (response.ok) return checkJson<Result>(body, url);
      const retryAfter = response.headers.get('retry-after');
      const waitMs = waitBeforeNext({ status: response.status, retryAfter }, attempt, answered);
      if (waitMs === undefined) throw failureOf(request, response, body);
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

function checkJson<Result>(body: unknown, url: URL): Result {
  if (typeof body === 'object' && body !== null) return body as Result;
  throw new Failure('not_the_api', `The server at ${url.origin} is not a BookedBarber server.`, {
    remediation: 'Check host and port in --url or BOOKEDBARBER_URL.',
  });
}

function failureOf(request: ApiRequest, response: Response, body: unknown): Failure {
  const target = response.headers.get('location');
  if (response.status >= 300 && response.status < 400 && target !== null) {
    return new Failure('redirected', `The server redirects this request to ${target}.`, {
      remediation: 'Pass that URL with --url. The operator token is never sent to a redirect target.',
    });
  }
  return new ApiFailure(`${request.method} ${request.path}`, response.status, body);
}
