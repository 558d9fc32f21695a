/** The names that the pages of redis-tier use without declaring them: the functions of the package, and a program's own. */
export const documentedNames = `
declare global {
  const { createCache }: typeof import('@bookedbarber/redis-tier/cache');
  const { createLimiter, limitHeaders }: typeof import('@bookedbarber/redis-tier/limits');
  const { connectQueue, startJobs }: typeof import('@bookedbarber/redis-tier/jobs');
  const { createPostgresOutbox }: typeof import('@bookedbarber/redis-tier/postgres-outbox');
  const { createMemoryOutbox }: typeof import('@bookedbarber/redis-tier/memory-outbox');
  const { startRecurringJobs }: typeof import('@bookedbarber/redis-tier/recurring-jobs');
  const { parseRedisUrl }: typeof import('@bookedbarber/redis-tier/connection');
  const { checkCoherence, outboxContract, until }: typeof import('@bookedbarber/redis-tier/testing');

  const redis: import('ioredis').Redis;
  const cache: import('@bookedbarber/redis-tier/cache').Cache;
  const limiter: import('@bookedbarber/redis-tier/limits').Limiter<string>;
  const server: import('@bookedbarber/redis-tier/connection').RedisServer;
  const policies: { menus: import('@bookedbarber/redis-tier/cache').PolicyOptions };
  const limits: { pages: import('@bookedbarber/redis-tier/limits').LimitOptions };

  function menu(): Promise<import('@bookedbarber/redis-tier/cache').CacheResult<{ soup: number }>>;

  type Messages = { confirmation: { order: number; address: string } };
  const outbox: import('@bookedbarber/redis-tier/postgres-outbox').PostgresOutbox<Messages>;
  const handlers: import('@bookedbarber/redis-tier/jobs').MessageHandlers<
    import('@bookedbarber/redis-tier/jobs').PayloadLease<Messages>
  >;
  const payload: Messages['confirmation'];

  type Menu = { readonly dishes: readonly string[] };
  const database: {
    readMenu(restaurant: string): Promise<Menu>;
    readMenus(keys: readonly string[]): Promise<Map<string, Menu>>;
    changePrice(): Promise<void>;
  };
  const payments: {
    logIn(options: { signal: AbortSignal }): Promise<{ token: string; isTemporary: boolean; expiresInMs: number }>;
  };
  const smtp: { send(mail: string, options: { messageId: string }): Promise<void> };
  const logger: { info(event: object): void };
  const request: { readonly signal: AbortSignal };
  const response: import('node:http').ServerResponse;
  const pool: import('pg').Pool;
  const client: import('pg').PoolClient;
  const address: string;
  const redisUrl: string;
  const key: Buffer;
  const ids: readonly number[];
  const dayMs: number;
  const ordersSinceStart: number;
  function reject(status: number): void;
  function render(payload: object): Promise<string>;
  function nextThreeOClock(afterMs: number): number;
  function writeReport(signal: AbortSignal): Promise<void>;
  function test(title: string, run: () => unknown): void;
  function openMyOutbox(): import('@bookedbarber/redis-tier/testing').OutboxUnderTest;
}
export {};
`;
