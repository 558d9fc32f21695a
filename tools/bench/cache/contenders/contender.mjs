/**
 * What is compared: libraries as their own documentation sets them up, with their defaults, each behind the same few
 * calls.
 *
 * @typedef {'local' | 'remote' | 'both'} Tiers the memory of the process, Redis, or the one before the other, kept
 *   coherent between processes by whatever the library has for that
 *
 * @typedef {object} Setting
 * @property {string} url of Redis
 * @property {string} prefix of all names in it
 * @property {Tiers} tiers
 * @property {boolean} tagged whether entries name a tag, by which they are invalidated; of ours they always do
 * @property {boolean} [patient] where the cost of hits is measured: a busy machine, which may keep a server from
 *   answering for longer than ours waits by default, is not to turn hits into loads
 *
 * @typedef {() => Promise<unknown>} Load
 *
 * @typedef {object} Contender
 * @property {(key: string, load: Load) => Promise<unknown>} read the value, loaded if need be
 * @property {(key: string, load: Load) => Promise<Uint8Array>} [readBytes] its bytes, ready to send, not parsed
 * @property {(key: string) => Promise<unknown>} invalidate what was cached for the key, after the truth has changed
 * @property {() => Promise<void>} close
 *
 * @typedef {(setting: Setting) => Promise<Contender>} Open
 */

/** How long everything is fresh, in ms: longer than a measurement. */
export const ttlMs = 600_000;
