import { SieveCache } from '@neophi/sieve-cache';
import { LRUCache } from 'lru-cache';
import QuickLRU from 'quick-lru';
import { newCache } from 'transitory';

/** @typedef {{ has: (key: string) => boolean, add: (key: string) => void }} Tried `has` is a look-up: it counts as a use */

/** In-process caches that are kept up, by what they throw out. @type {Record<string, (entries: number) => Tried>} */
export const policies = {
  'lru-cache (LRU)': (max) => {
    const cache = new LRUCache({ max });
    return { has: (key) => cache.get(key) !== undefined, add: (key) => void cache.set(key, true) };
  },
  'sieve-cache (SIEVE)': (max) => {
    const cache = new SieveCache(max);
    return { has: (key) => cache.get(key) !== undefined, add: (key) => void cache.set(key, true) };
  },
  'transitory (W-TinyLFU)': (max) => {
    const cache = newCache().maxSize(max).build();
    return { has: (key) => cache.getIfPresent(key) !== null, add: (key) => void cache.set(key, true) };
  },
  // It holds up to twice its size: half is what it keeps for sure.
  'quick-lru (two generations)': (max) => {
    const cache = new QuickLRU({ maxSize: Math.max(1, Math.floor(max / 2)) });
    return { has: (key) => cache.get(key) !== undefined, add: (key) => void cache.set(key, true) };
  },
};
