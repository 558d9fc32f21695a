export type { MemoryMessage } from './memory-message.ts';
export { createMemoryOutbox, type MemoryOutbox, type MemoryOutboxOptions } from './memory-outbox.ts';
