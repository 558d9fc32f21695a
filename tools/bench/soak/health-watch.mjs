import { setTimeout as delay } from 'node:timers/promises';

const everyMs = 250;

/**
 * Polls the health endpoints. They have to respond with 200 and report the actual state of Redis. The caller sets the
 * expected state while it is known.
 *
 * @param {import('../installation/http-client.mjs').HttpClient} http
 */
export function watchHealth(http) {
  /** @type {Set<string>} */
  const violations = new Set();
  // null: unknown, because the state has just changed.
  let redisIsUp = /** @type {boolean | null} */ (null);
  let stopped = false;
  let requests = 0;
  const running = (async () => {
    while (!stopped) {
      for (const path of ['/healthz', '/readyz']) {
        const { status } = await http.send('GET', path);
        requests += 1;
        if (status !== 200) violations.add(`${path} returned ${status}`);
      }
      /** @type {boolean | null} */
      const expected = redisIsUp;
      const { status, body } = await http.send('GET', '/api/v1/cache/health');
      requests += 1;
      if (status !== 200) violations.add(`/api/v1/cache/health returned ${status}`);
      else if (expected !== null && redisIsUp === expected && body.redis_available !== expected)
        violations.add(
          `/api/v1/cache/health reported redis_available ${body.redis_available} instead of ${expected}`,
        );
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
      return { requests, violations: [...violations] };
    },
  };
}
