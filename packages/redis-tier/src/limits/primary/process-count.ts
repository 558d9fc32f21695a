/**
 * The number of processes that share the limits. Each process reports itself every few seconds and receives the
 * count. The last count is used during an outage.
 *
 * KEYS: a sorted set of the processes by the time of their last report.
 * ARGV: this process; ms after which a process without a report no longer counts.
 * Returns the number of processes.
 */

import { randomBytes } from 'node:crypto';
import { timers } from '../../core/internal.ts';
import { serverTime } from '../check/check-script.ts';
import { toScript } from '../check/run-script.ts';
import type { Primary } from './primary.ts';

export type Fleet = {
  /** Processes at the last count, at least 1. */
  readonly size: number;
  /** Reports this process now. */
  heartbeat(): void;
  /** Stops reporting; the others drop this process after three intervals. */
  close(): void;
};

export type FleetOptions = { primaryOf: (hashTag: string) => Primary; prefix: string; intervalMs: number };

const script = toScript(`${serverTime}
redis.call('ZADD', KEYS[1], timeMs, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', timeMs - ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('ZCARD', KEYS[1])
`);

export function createFleet({ primaryOf, prefix, intervalMs }: FleetOptions): Fleet {
  const key = `${prefix}:r:fleet`;
  const self = randomBytes(9).toString('base64url');
  let size = 1;

  async function heartbeat(): Promise<void> {
    try {
      const counted = await primaryOf(key).run(script, [key], [self, 3 * intervalMs]);
      if (typeof counted === 'number') size = Math.max(1, counted);
    } catch {
      // The server is unavailable or full: keep the last count.
    }
  }

  const timer = timers.setInterval(() => void heartbeat(), intervalMs).unref();
  void heartbeat();
  return {
    get size() {
      return size;
    },
    heartbeat: () => void heartbeat(),
    close: () => timers.clearInterval(timer),
  };
}
