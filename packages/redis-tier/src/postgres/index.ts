export { type ListenClient, type Listener, type ListenOptions, listen } from './listen.ts';
export type { Queryable } from './queryable.ts';
export { createBatcher } from './statement-batches.ts';
