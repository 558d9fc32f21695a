/**
 * The client library that the project itself uses. `tools/bench/` has an older version beside it, which a library wants that it
 * compares with, and would find that one by the name alone.
 */
export { Redis } from 'ioredis';
