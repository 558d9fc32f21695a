export { createMemoryDriver, type MemoryDriver, type MemoryDriverOptions } from './memory-driver.ts';
