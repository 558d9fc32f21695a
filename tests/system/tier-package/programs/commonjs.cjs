const tier = require('@bookedbarber/redis-tier');
const useTier = require('./use-tier.cjs');

useTier(tier).then(console.log);
