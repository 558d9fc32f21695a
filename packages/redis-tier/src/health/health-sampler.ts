import type { Redis } from 'ioredis';
import { infoNumber, parseInfo } from '../connection/index.ts';

/** What one look at the server showed. Bytes and connections are null when it could not be asked or does not say. */
export type RedisSample = {
  available: boolean;
  usedMemoryBytes: number | null;
  connectedClients: number | null;
};

export type HealthSampler = {
  /** The newest sample; reading it costs nothing. Before the first one the server counts as away. */
  latest(): RedisSample;
  /** Ends the sampling. */
  stop(): void;
};

const away: RedisSample = { available: false, usedMemoryBytes: null, connectedClients: null };

/**
 * Asks the server for INFO every `intervalMs`, and whenever the connection becomes ready, and keeps the answer, so that a
 * report never waits for the server: a frozen one is told of as away once the command time-out has passed.
 */
export function sampleHealth(redis: Pick<Redis, 'info' | 'on' | 'off'>, intervalMs: number): HealthSampler {
  let sample = away;
  const look = async (): Promise<void> => {
    sample = await takeSample(redis);
  };
  const onReady = (): void => void look();
  redis.on('ready', onReady);
  const timer = setInterval(onReady, intervalMs).unref();
  return {
    latest: () => sample,
    stop: () => {
      redis.off('ready', onReady);
      clearInterval(timer);
    },
  };
}

async function takeSample(redis: Pick<Redis, 'info'>): Promise<RedisSample> {
  try {
    const fields = parseInfo(await redis.info('memory', 'clients'));
    return {
      available: true,
      usedMemoryBytes: infoNumber(fields, 'used_memory'),
      connectedClients: infoNumber(fields, 'connected_clients'),
    };
  } catch {
    return away;
  }
}
