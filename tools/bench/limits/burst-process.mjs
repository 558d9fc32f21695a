/** One process of a burst: receives its order, reports that it is ready, and on `go` runs all checks in parallel. */
import { once } from 'node:events';
import { contenders } from './contenders/all.mjs';

process.on('disconnect', () => process.exit(0));
const [order] = await once(process, 'message');
const { contender, options, key, checks } = /** @type {import('./burst.mjs').BurstOrder} */ (order);
const limiter = await contenders[contender](options);
// Warm-up with another key.
await limiter.check(`${key} before`);
process.send?.('ready');
await once(process, 'message');
const verdicts = await Promise.all(Array.from({ length: checks }, () => limiter.check(key)));
process.send?.(verdicts.filter(Boolean).length);
