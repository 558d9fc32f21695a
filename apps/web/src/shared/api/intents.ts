import { type Call, callApi } from './client.ts';
import { isWorthRetrying } from './problem.ts';
import { randomId } from './random-id.ts';

/**
 * What a person wants done once, however often the request must be sent. The same request sent again keeps its
 * Idempotency-Key until the server has answered it for good; a second press while one is under way joins it.
 */
export class IdempotentRequests {
  readonly #keys = new Map<string, string>();
  readonly #underWay = new Map<string, Promise<unknown>>();
  readonly #send: typeof callApi;

  constructor(send: typeof callApi = callApi) {
    this.#send = send;
  }

  perform<Answer>(call: Call): Promise<Answer> {
    const intent = JSON.stringify([call.method, call.path, call.body]);
    const running = this.#underWay.get(intent) as Promise<Answer> | undefined;
    if (running) return running;
    const started = this.#attempt<Answer>(intent, call).finally(() => this.#underWay.delete(intent));
    this.#underWay.set(intent, started);
    return started;
  }

  async #attempt<Answer>(intent: string, call: Call): Promise<Answer> {
    const idempotencyKey = this.#keys.get(intent) ?? randomId();
    this.#keys.set(intent, idempotencyKey);
    try {
      const answer = await this.#send<Answer>({ ...call, idempotencyKey });
      this.#keys.delete(intent);
      return answer;
    } catch (error) {
      // A final "no" is remembered by the server under this key: asking anew needs a new one.
      if (!isWorthRetrying(error)) this.#keys.delete(intent);
      throw error;
    }
  }
}

/** The intents of this page; they are forgotten when it is closed. */
export const idempotentRequests: IdempotentRequests = new IdempotentRequests();
