export type { Cached, CachedReplyOptions } from '../adapters/cached-reply.ts';
export type { RequestLimitOptions } from '../adapters/request-limit.ts';
export { limitRequests, type ReplyLike, type RequestLike, sendCached } from './fastify.ts';
