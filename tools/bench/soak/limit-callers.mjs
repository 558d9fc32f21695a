import { setTimeout as delay } from 'node:timers/promises';

/** @typedef {{ sentMs: number, answeredMs: number, status: number, retryAfter: boolean }} Answer */
/** @typedef {import('../installation/http-client.mjs').HttpClient} HttpClient */

/**
 * Callers of the API, each from an address of its own, over all processes in turn: greedy ones who ask for four times
 * what a minute allows, in bursts; lawful ones who keep to half of it; and one who guesses the operator's token.
 *
 * @param {{ clients: readonly HttpClient[], overLimit: number, withinLimit: number, seconds: number, draw: () => number, onProgress: (doneMs: number) => void }} options
 */
export async function sendAll({ clients, overLimit, withinLimit, seconds, draw, onProgress }) {
  const beganMs = performance.now();
  const endMs = beganMs + seconds * 1000;
  /** @type {Set<Promise<void>>} */
  const open = new Set();

  /** @param {string} address @param {Answer[]} answers @param {number} turn @param {string} [token] */
  const ask = (address, answers, turn, token) => {
    const http = /** @type {HttpClient} */ (clients[turn % clients.length]);
    const sentMs = performance.now();
    const caller = { address, ...(token === undefined ? {} : { token }) };
    // What everybody may read is answered whatever the token: a guess is told wrong where one is wanted.
    const path = token === undefined ? '/api/v1/shops' : '/api/v1/cache/stats';
    const asked = http.send('GET', path, undefined, caller).then(({ status, headers }) => {
      const retryAfter = headers['retry-after'] !== undefined;
      answers.push({ sentMs, answeredMs: performance.now(), status, retryAfter });
      open.delete(asked);
    });
    open.add(asked);
  };

  /** @param {string} address @param {{ everyMs: number, atOnce: number, token?: string }} sendRate */
  const run = async (address, { everyMs, atOnce, token }) => {
    /** @type {Answer[]} */
    const answers = [];
    let turn = Math.floor(draw() * clients.length);
    await delay(draw() * everyMs);
    while (performance.now() < endMs) {
      for (let i = 0; i < atOnce; i += 1) ask(address, answers, turn++, token);
      onProgress(performance.now() - beganMs);
      await delay(everyMs * (0.8 + 0.4 * draw()));
    }
    return { address, answers };
  };

  const all = (
    /** @type {number} */ count,
    /** @type {string} */ network,
    /** @type {{ everyMs: number, atOnce: number }} */ sendRate,
  ) => Promise.all(Array.from({ length: count }, (_, i) => run(`${network}.${i + 1}`, sendRate)));
  const [overLimitClients, withinLimitClients, guesser] = await Promise.all([
    all(overLimit, '203.0.113', { everyMs: 1500, atOnce: 6 }),
    all(withinLimit, '198.51.100', { everyMs: 2000, atOnce: 1 }),
    run('192.0.2.1', { everyMs: 1000, atOnce: 1, token: 'a-guess-that-is-wrong' }),
  ]);
  await Promise.all(open);
  return { overLimit: overLimitClients, withinLimit: withinLimitClients, guesser: guesser.answers };
}
