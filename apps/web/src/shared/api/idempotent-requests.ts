import { type Call, callApi } from './client.ts';
import { isWorthRetrying } from './problem.ts';
import { randomId } from './random-id.ts';

/**
 * Sends requests that must take effect once. A retry of the same request uses the same Idempotency-Key until the server
 * returns a final response. A second call while the first is in progress shares its result.
 */
export class IdempotentRequests {
  readonly #keys = new Map<string, string>();
  readonly #inProgress = new Map<string, Promise<unknown>>();
  readonly #send: typeof callApi;

  constructor(send: typeof callApi = callApi) {
    this.#send = send;
  }

  perform<Result>(call: Call): Promise<Result> {
    const request = JSON.stringify([call.method, call.path, call.body]);
    const running = this.#inProgress.get(request) as Promise<Result> | undefined;
    if (running) return running;
    const started = this.#attempt<Result>(request, call).finally(() => this.#inProgress.delete(request));
    this.#inProgress.set(request, started);
    return started;
  }

  async #attempt<Result>(request: string, call: Call): Promise<Result> {
    const idempotencyKey = this.#keys.get(request) ?? randomId();
    this.#keys.set(request, idempotencyKey);
    try {
      const result = await this.#send<Result>({ ...call, idempotencyKey });
      this.#keys.delete(request);
      return result;
    } catch (error) {
      // The server stores a final error under this key, so the next attempt needs a new key.
      if (!isWorthRetrying(error)) this.#keys.delete(request);
      throw error;
    }
  }
}

/** The requests of this page. Keys are kept in memory only. */
export const idempotentRequests: IdempotentRequests = new IdempotentRequests();
