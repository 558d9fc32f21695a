/** Waits for a condition; when it does not come the test fails and says what it waited for. */
export { until } from '../../../packages/redis-tier/src/testing/index.ts';
