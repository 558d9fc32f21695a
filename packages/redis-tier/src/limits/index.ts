export type { Decision, WindowState } from './decision.ts';
export { type LimitHeaders, limitHeaders } from './headers.ts';
export { createLimiter } from './limiter.ts';
export type { Limiter, LimiterOptions, ResourceOptions, SubjectOf } from './options.ts';
export type { LimiterStatistics, ResourceStatistics } from './statistics.ts';
export type { NamedLimits, WindowOptions } from './windows.ts';
