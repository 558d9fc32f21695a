import type { CacheHealth } from '@bookedbarber/contract';
import { connect } from '@bookedbarber/redis-tier/connection';
import { type RedisSample, sampleHealth } from '@bookedbarber/redis-tier/health';
import type { FastifyBaseLogger } from 'fastify';
import type { RedisServerConfig } from '../config/redis-config.ts';

const sampleIntervalMs = 1000;
/** Below the interval, so that a frozen server is told of within one sample. */
const commandTimeoutMs = 500;
const mebibyte = 1024 * 1024;

/** Watches Redis from one connection. Without an address there is none to watch, and the report says degraded. */
export function createRedisHealth(server: RedisServerConfig | null, role: string, logger: FastifyBaseLogger) {
  let lastMessage = '';
  const redis =
    server === null
      ? null
      : connect({ server, name: `bookedbarber-${role}`, commandTimeoutMs }, (error) => {
          // The client reports every attempt; one line for each new reason is enough.
          if (error.message !== lastMessage)
            logger.warn({ reason: error.message }, 'Redis cannot be reached');
          lastMessage = error.message;
        });
  redis?.on('ready', () => {
    lastMessage = '';
    logger.info('Redis is connected');
  });
  const sampler = redis === null ? null : sampleHealth(redis, sampleIntervalMs);
  return {
    report: (): CacheHealth => toReport(sampler?.latest()),
    close(): void {
      sampler?.stop();
      redis?.disconnect();
    },
  };
}

function toReport(sample: RedisSample | undefined): CacheHealth {
  const bytes = sample?.usedMemoryBytes ?? null;
  return {
    status: sample?.available === true ? 'healthy' : 'degraded',
    redis_available: sample?.available === true,
    // Nothing looks anything up in Redis yet, and a rate over no look-ups is 0.
    hit_rate: 0,
    memory_usage: bytes === null ? null : `${(bytes / mebibyte).toFixed(1)}MB`,
    connections: sample?.connectedClients ?? null,
  };
}
