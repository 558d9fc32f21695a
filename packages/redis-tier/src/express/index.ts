export type { Cached, CachedReplyOptions } from '../adapters/cached-reply.ts';
export type { RequestLimitOptions } from '../adapters/request-limit.ts';
export { limitRequests, sendCached } from './express.ts';
