import { openBentocache } from './bentocache.mjs';
import { openCacheManager } from './cache-manager.mjs';
import { openCacheable } from './cacheable.mjs';
import { openCachified } from './cachified.mjs';
import { openOurs } from './ours.mjs';
import { openRaw } from './raw.mjs';

/** @typedef {import('./contender.mjs').Open} Open */

export const contenders = /** @satisfies {Record<string, Open>} */ ({
  raw: openRaw,
  bentocache: openBentocache,
  cacheable: openCacheable,
  'cache-manager': openCacheManager,
  cachified: openCachified,
  ours: openOurs,
});

/** @typedef {keyof typeof contenders} Name */

export const names = /** @type {readonly Name[]} */ (Object.keys(contenders));
