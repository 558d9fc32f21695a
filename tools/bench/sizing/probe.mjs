import { Redis } from '../../../dev/services/redis/redis-client.mjs';

/**
 * @typedef {object} Reading what Redis says of itself at one moment
 * @property {number} commands since its start
 * @property {number} receivedBytes
 * @property {number} sentBytes
 * @property {number} cpuMicroseconds of the thread that runs commands
 * @property {number} atMs
 */

const ownName = 'bench-probe';
/** Entries, tags and the rights to load, behind the prefix. */
const cacheKey = /^[^:]+:[ctl]:/;
/** A key's places in the tables of keys and of expiries, which MEMORY USAGE leaves out. */
const tablesBytes = 64;

/** Asks Redis by INFO, on a connection of its own. @param {string} url */
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
     * What keys take: those of the cache, or all others. Memory in use as a whole jumps with the tables of keys that
     * double, and says nothing of a few.
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
    /** Connections of others, and the memory that one takes. */
    async connections() {
      const list = String(await redis.call('CLIENT', 'LIST'))
        .trim()
        .split('\n');
      const held = list.filter((line) => !line.includes(`name=${ownName} `));
      const bytes = held.map((line) => Number(/tot-mem=(\d+)/.exec(line)?.[1] ?? 0));
      return {
        count: held.length,
        bytesEach: bytes.reduce((sum, it) => sum + it, 0) / Math.max(1, held.length),
      };
    },
    empty: () => redis.flushall(),
    close: () => redis.disconnect(),
  };
}

/** @typedef {ReturnType<typeof openProbe>} Probe */

/** What happened in between. @param {Reading} before @param {Reading} after @returns {Reading} */
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
 * The same without what the processes do in any case, and by so many.
 *
 * @param {Reading} all
 * @param {Reading} idle what happened while nobody asked for anything
 * @param {number} by
 * @returns {Reading}
 */
export function each(all, idle, by) {
  const share = all.atMs / idle.atMs;
  return {
    commands: (all.commands - idle.commands * share) / by,
    receivedBytes: (all.receivedBytes - idle.receivedBytes * share) / by,
    sentBytes: (all.sentBytes - idle.sentBytes * share) / by,
    cpuMicroseconds: (all.cpuMicroseconds - idle.cpuMicroseconds * share) / by,
    atMs: all.atMs / by,
  };
}
