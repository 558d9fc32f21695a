export type { Counts, FleetCounts } from './fleet-counts.ts';
export type { FleetLookups, Lookups } from './fleet-lookups.ts';
export {
  type HealthSampler,
  type HealthSamplerOptions,
  type RedisSample,
  sampleHealth,
} from './health-sampler.ts';
