/** One of the processes of a burst: takes its order, says that it is ready, and on `go` checks all at once. */
import { once } from 'node:events';
import { startContender } from './contenders.mjs';

process.on('disconnect', () => process.exit(0));
const [order] = await once(process, 'message');
const { contender, options, subject, checks } = /** @type {import('./burst.mjs').BurstOrder} */ (order);
const limiter = await startContender(contender, options);
// Another subject first: what is compiled at first use is not part of the burst.
await limiter.check(`${subject} before`);
process.send?.('ready');
await once(process, 'message');
const verdicts = await Promise.all(Array.from({ length: checks }, () => limiter.check(subject)));
process.send?.(verdicts.filter(Boolean).length);
