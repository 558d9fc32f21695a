import { setTimeout as delay } from 'node:timers/promises';

const everyMs = 250;

/**
 * Asks the health endpoints all the time. They have to answer, and what they say of Redis has to be so: the caller says
 * when it is known to be up or away.
 *
 * @param {import('../installation/http-client.mjs').HttpClient} http
 */
export function watchHealth(http) {
  /** @type {Set<string>} */
  const violations = new Set();
  // null: it may be either, because it has just changed.
  let redisIsUp = /** @type {boolean | null} */ (null);
  let stopped = false;
  let asked = 0;
  const running = (async () => {
    while (!stopped) {
      for (const path of ['/healthz', '/readyz']) {
        const { status } = await http.send('GET', path);
        asked += 1;
        if (status !== 200) violations.add(`${path} answered ${status}`);
      }
      /** @type {boolean | null} */
      const expected = redisIsUp;
      const { status, body } = await http.send('GET', '/api/v1/cache/health');
      asked += 1;
      if (status !== 200) violations.add(`/api/v1/cache/health answered ${status}`);
      else if (expected !== null && redisIsUp === expected && body.redis_available !== expected)
        violations.add(`/api/v1/cache/health said redis_available ${body.redis_available}, not ${expected}`);
      await delay(everyMs);
    }
  })();
  return {
    /** @param {boolean | null} up */
    expectRedis(up) {
      redisIsUp = up;
    },
    async stop() {
      stopped = true;
      await running;
      return { asked, violations: [...violations] };
    },
  };
}
