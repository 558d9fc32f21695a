import { setTimeout as delay } from 'node:timers/promises';

/** @typedef {{ sentMs: number, respondedMs: number, status: number, retryAfter: boolean }} ClientResponse */
/** @typedef {import('../installation/http-client.mjs').HttpClient} HttpClient */

/**
 * Sends requests from clients with their own IP addresses, to all processes in turn: some clients send four times the
 * limit per minute, in bursts, some send half of the limit, and one guesses the operator token.
 *
 * @param {{ clients: readonly HttpClient[], overLimit: number, withinLimit: number, seconds: number, draw: () => number, onProgress: (doneMs: number) => void }} options
 */
export async function sendAll({ clients, overLimit, withinLimit, seconds, draw, onProgress }) {
  const beganMs = performance.now();
  const endMs = beganMs + seconds * 1000;
  /** @type {Set<Promise<void>>} */
  const open = new Set();

  /** @param {string} address @param {ClientResponse[]} responses @param {number} turn @param {string} [token] */
  const send = (address, responses, turn, token) => {
    const http = /** @type {HttpClient} */ (clients[turn % clients.length]);
    const sentMs = performance.now();
    const caller = { address, ...(token === undefined ? {} : { token }) };
    // Public routes ignore the token, so guesses are sent to a route that requires one.
    const path = token === undefined ? '/api/v1/shops' : '/api/v1/cache/stats';
    const request = http.send('GET', path, undefined, caller).then(({ status, headers }) => {
      const retryAfter = headers['retry-after'] !== undefined;
      responses.push({ sentMs, respondedMs: performance.now(), status, retryAfter });
      open.delete(request);
    });
    open.add(request);
  };

  /** @param {string} address @param {{ everyMs: number, batch: number, token?: string }} sendRate */
  const run = async (address, { everyMs, batch, token }) => {
    /** @type {ClientResponse[]} */
    const responses = [];
    let turn = Math.floor(draw() * clients.length);
    await delay(draw() * everyMs);
    while (performance.now() < endMs) {
      for (let i = 0; i < batch; i += 1) send(address, responses, turn++, token);
      onProgress(performance.now() - beganMs);
      await delay(everyMs * (0.8 + 0.4 * draw()));
    }
    return { address, responses };
  };

  const all = (
    /** @type {number} */ count,
    /** @type {string} */ network,
    /** @type {{ everyMs: number, batch: number }} */ sendRate,
  ) => Promise.all(Array.from({ length: count }, (_, i) => run(`${network}.${i + 1}`, sendRate)));
  const [overLimitClients, withinLimitClients, guesser] = await Promise.all([
    all(overLimit, '203.0.113', { everyMs: 1500, batch: 6 }),
    all(withinLimit, '198.51.100', { everyMs: 2000, batch: 1 }),
    run('192.0.2.1', { everyMs: 1000, batch: 1, token: 'a-guess-that-is-wrong' }),
  ]);
  await Promise.all(open);
  return { overLimit: overLimitClients, withinLimit: withinLimitClients, guesser: guesser.responses };
}
