import { names } from './contenders/all.mjs';

/** @typedef {import('./contenders/all.mjs').Name} Name */
/** @typedef {import('./contenders/contender.mjs').Setting} Setting */

/**
 * @typedef {object} Course one row of the table
 * @property {string} title
 * @property {Setting['tiers']} tiers of the peers; with `local`, ours has Redis behind its local tier
 * @property {boolean} tagged
 * @property {'value' | 'bytes'} form
 * @property {number} callers
 * @property {readonly Name[]} names
 * @property {Pick<Setting, 'byReference' | 'autoPipelining' | 'olderClient'>} [setting]
 * @property {'ours' | 'ratio' | null} limit
 * @property {number | null} target
 */

/** The libraries that have tags. */
export const withTags = /** @type {readonly Name[]} */ (['bentocache', 'cacheable', 'ours']);
/** The contenders whose Redis client is ioredis. node-redis always pipelines. */
const withIoredis = /** @type {readonly Name[]} */ (['raw', 'bentocache', 'cachified', 'ours']);

const local = /** @type {const} */ ({ tiers: 'local', form: 'value', callers: 1, tagged: false });
const remote = /** @type {const} */ ({ tiers: 'remote', form: 'value', callers: 64, tagged: false });
const autoPipelining = { autoPipelining: true };

/** @type {readonly Course[]} */
export const courses = [
  { ...local, title: 'local hit', names, limit: 'ours', target: 1 },
  {
    ...local,
    title: 'local hit, by reference',
    names,
    setting: { byReference: true },
    limit: 'ours',
    target: 1,
  },
  { ...local, title: 'local hit, peers with a tag', tagged: true, names: withTags, limit: 'ours', target: 1 },
  { ...remote, title: 'remote hit', names, limit: 'ratio', target: 1 },
  {
    ...remote,
    title: 'remote hit, ioredis with auto-pipelining',
    names: withIoredis,
    setting: autoPipelining,
    limit: 'ratio',
    target: 1,
  },
  {
    ...remote,
    title: 'remote hit, ioredis 5',
    names: ['raw', 'bentocache'],
    setting: { olderClient: true },
    limit: null,
    target: null,
  },
  { ...remote, title: 'remote hit, one caller', callers: 1, names, limit: null, target: null },
  {
    ...remote,
    title: 'remote hit, peers with a tag',
    tagged: true,
    names: ['raw', ...withTags],
    limit: 'ratio',
    target: 1,
  },
  {
    ...remote,
    title: 'remote hit as bytes',
    form: 'bytes',
    names: ['raw', 'ours'],
    limit: 'ratio',
    target: 0.85,
  },
  {
    ...remote,
    title: 'remote hit as bytes, auto-pipelining',
    form: 'bytes',
    names: ['raw', 'ours'],
    setting: autoPipelining,
    limit: 'ratio',
    target: 1,
  },
];
