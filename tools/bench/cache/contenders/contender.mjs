/**
 * The compared libraries, set up as their own documentation recommends for the case, behind one interface. The file of
 * each library names that documentation.
 *
 * @typedef {'local' | 'remote' | 'both'} Tiers process memory, Redis, or both. With both, the local caches of several
 *   processes are kept coherent by the library's own mechanism, if it has one.
 *
 * @typedef {object} Setting
 * @property {string} url of Redis
 * @property {string} prefix of all keys in Redis
 * @property {Tiers} tiers
 * @property {boolean} tagged whether entries have a tag and are invalidated by it; always true for ours
 * @property {boolean} [longDeadline] for measuring hits: on a busy machine, Redis may reply later than our default
 *   deadline, and a hit would become a load
 * @property {boolean} [byReference] a local hit returns the stored object, not a copy: an option of some libraries,
 *   always true for ours, which freezes it
 * @property {boolean} [autoPipelining] for clients of ioredis; ours has its own batches
 * @property {boolean} [olderClient] the ioredis version that bentocache requires, for `raw`
 * @property {boolean} [forOutages] the settings for an unavailable Redis; ours are always the defaults
 *
 * @typedef {() => Promise<unknown>} Load
 *
 * @typedef {object} Contender
 * @property {(key: string, load: Load) => Promise<unknown>} read returns the value, loads it on a miss
 * @property {(key: string, load: Load) => Promise<Uint8Array>} [readBytes] returns the serialized value without parsing it
 * @property {(key: string) => Promise<unknown>} invalidate called after the source of a key has changed
 * @property {() => Promise<void>} close
 *
 * @typedef {(setting: Setting) => Promise<Contender>} Open
 */

/** TTL of all entries, in ms: longer than a measurement. */
export const ttlMs = 600_000;

/** Maximum number of entries of a local cache: more than a measurement uses. */
export const maxEntries = 10_000;
