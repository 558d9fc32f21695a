import { Redis } from '../../../dev/services/redis/redis-client.mjs';

/**
 * @typedef {object} Reading counters of INFO at one moment
 * @property {number} commands since the start of the server
 * @property {number} receivedBytes
 * @property {number} sentBytes
 * @property {number} cpuMicroseconds of the thread that runs commands
 * @property {number} atMs
 */

const ownName = 'bench-probe';
/** Entries, tags and leases, after the prefix. */
const cacheKey = /^[^:]+:[ctl]:/;
/** A key's slots in the hash tables of keys and of expirations, which MEMORY USAGE does not include. */
const tablesBytes = 64;

/** Queries Redis with INFO on its own connection. @param {string} url */
export function openProbe(url) {
  const redis = new Redis(url, { connectionName: ownName, protocol: 2 });
  return {
    /** @returns {Promise<Reading>} */
    async read() {
      const atMs = performance.now();
      const info = await redis.info();
      /** @param {string} name */
      const value = (name) => Number(new RegExp(`^${name}:([0-9.]+)`, 'm').exec(info)?.[1] ?? 0);
      return {
        commands: value('total_commands_processed'),
        receivedBytes: value('total_net_input_bytes'),
        sentBytes: value('total_net_output_bytes'),
        cpuMicroseconds: (value('used_cpu_user_main_thread') + value('used_cpu_sys_main_thread')) * 1e6,
        atMs,
      };
    },
    /**
     * The memory of the keys of the cache, or of all other keys. `used_memory` is too coarse for few keys, because it
     * jumps when a hash table grows.
     *
     * @param {'cache' | 'others'} kind
     * @returns {Promise<number>}
     */
    async dataBytes(kind) {
      let bytes = 0;
      for await (const keys of redis.scanStream({ count: 500 })) {
        const pipeline = redis.pipeline();
        for (const key of keys)
          if (cacheKey.test(String(key)) === (kind === 'cache')) pipeline.memory('USAGE', key, 'SAMPLES', 0);
        for (const [, usage] of (await pipeline.exec()) ?? []) bytes += Number(usage ?? 0) + tablesBytes;
      }
      return bytes;
    },
    /** The number of connections, without this one, and their mean memory. */
    async connections() {
      const list = String(await redis.call('CLIENT', 'LIST'))
        .trim()
        .split('\n');
      const others = list.filter((line) => !line.includes(`name=${ownName} `));
      const bytes = others.map((line) => Number(/tot-mem=(\d+)/.exec(line)?.[1] ?? 0));
      return {
        count: others.length,
        bytesEach: bytes.reduce((sum, it) => sum + it, 0) / Math.max(1, others.length),
      };
    },
    empty: () => redis.flushall(),
    close: () => redis.disconnect(),
  };
}

/** @typedef {ReturnType<typeof openProbe>} Probe */

/** The change between two readings. @param {Reading} before @param {Reading} after @returns {Reading} */
export function difference(before, after) {
  return {
    commands: after.commands - before.commands,
    receivedBytes: after.receivedBytes - before.receivedBytes,
    sentBytes: after.sentBytes - before.sentBytes,
    cpuMicroseconds: after.cpuMicroseconds - before.cpuMicroseconds,
    atMs: after.atMs - before.atMs,
  };
}

/**
 * The cost per operation: subtracts the cost of idle processes and divides by the number of operations.
 *
 * @param {Reading} all
 * @param {Reading} idle measured without any requests
 * @param {number} by the number of operations
 * @returns {Reading}
 */
export function perOperation(all, idle, by) {
  const share = all.atMs / idle.atMs;
  return {
    commands: (all.commands - idle.commands * share) / by,
    receivedBytes: (all.receivedBytes - idle.receivedBytes * share) / by,
    sentBytes: (all.sentBytes - idle.sentBytes * share) / by,
    cpuMicroseconds: (all.cpuMicroseconds - idle.cpuMicroseconds * share) / by,
    atMs: all.atMs / by,
  };
}
