import { SieveCache } from '@neophi/sieve-cache';
import { LRUCache } from 'lru-cache';
import QuickLRU from 'quick-lru';
import { newCache } from 'transitory';

/** @typedef {{ has: (key: string) => boolean, add: (key: string) => void }} TestedCache `has` counts as a use */

/** Maintained in-process cache libraries and their eviction policies. @type {Record<string, (entries: number) => TestedCache>} */
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
  // It holds up to twice its maxSize, so it gets half of the entries.
  'quick-lru (two generations)': (max) => {
    const cache = new QuickLRU({ maxSize: Math.max(1, Math.floor(max / 2)) });
    return { has: (key) => cache.get(key) !== undefined, add: (key) => void cache.set(key, true) };
  },
};
