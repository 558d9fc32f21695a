import { oneCallEach } from './evalsha-baseline.mjs';
import { startFastify } from './fastify-rate-limit.mjs';
import { startOurs } from './ours.mjs';
import { startFlexible } from './rate-limiter-flexible.mjs';
import { startUpstash } from './upstash.mjs';

/** @typedef {import('./contender.mjs').Start} Start */

export const contenders = /** @satisfies {Record<string, Start>} */ ({
  ours: startOurs,
  EVALSHA: oneCallEach,
  'rate-limiter-flexible': startFlexible,
  '@upstash/ratelimit': startUpstash,
  '@fastify/rate-limit': startFastify,
});

/** @typedef {keyof typeof contenders} ContenderName */
