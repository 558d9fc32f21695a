const tier = require('@bookedbarber/redis-tier');
const useTier = require('./use-tier.cjs');

test('the package works in Jest', async () => {
  expect(await useTier(tier)).toBe('2 2 true true');
});
