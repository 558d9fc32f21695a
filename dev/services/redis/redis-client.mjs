/**
 * The Redis client library of the project. tools/bench has its own older version, which one of the compared libraries
 * requires. An import of `ioredis` in tools/bench would resolve to that one.
 */
export { Redis } from 'ioredis';
