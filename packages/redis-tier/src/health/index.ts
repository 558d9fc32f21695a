export { type HealthSampler, type RedisSample, sampleHealth } from './health-sampler.ts';
