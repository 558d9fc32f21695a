/**
 * The connection on which a process hears: wake-ups of other processes' loads, and changes of tags.
 *
 * It speaks RESP2, where invalidations arrive as messages of the channel `__redis__:invalidate`; in RESP3 they are pushes,
 * which the client drops.
 */
import type { Redis } from 'ioredis';

export type SubscriberOptions = {
  /** The connection for commands; its settings are taken over. */
  redis: Redis;
  wakeChannel: string;
  onWake: (leaseKey: string) => void;
  onError: (error: Error) => void;
};

export class Subscriber {
  readonly #redis: Redis;

  constructor({ redis, wakeChannel, onWake, onError }: SubscriberOptions) {
    this.#redis = redis.duplicate({ protocol: 2, autoResubscribe: false, enableOfflineQueue: false });
    this.#redis.on('error', onError);
    this.#redis.on('ready', () => {
      this.#redis.subscribe(wakeChannel).catch(onError);
    });
    this.#redis.on('message', (channel: string, message: string) => {
      if (channel === wakeChannel) onWake(message);
    });
  }

  close(): void {
    this.#redis.disconnect();
  }
}
