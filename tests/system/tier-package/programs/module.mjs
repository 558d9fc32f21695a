import * as tier from '@bookedbarber/redis-tier';
import useTier from './use-tier.cjs';

useTier(tier).then(console.log);
