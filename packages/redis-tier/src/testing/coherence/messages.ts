/** Messages between the processes of a fleet and the process that runs them. */
import type { Read } from './verdict.ts';

export type ServerAddress = { readonly host: string; readonly port: number };

export type FleetProcessConfig = {
  /** A new name for each start of a process. */
  readonly name: string;
  readonly seed: number;
  readonly prefix: string;
  /** A single endpoint, or any node of a cluster. */
  readonly at: ServerAddress;
  readonly cluster: boolean;
  readonly deadlineMs: number;
  readonly namespace: string;
  readonly keys: { readonly hot: readonly string[]; readonly cold: readonly string[] };
  /** A key that never changes, in its own namespace. */
  readonly quiet: { readonly namespace: string; readonly key: string };
};

/** To a process of the fleet. */
export type ToProcess =
  | { readonly type: 'begin'; readonly config: FleetProcessConfig }
  | { readonly type: 'truth'; readonly id: number; readonly version: number }
  | { readonly type: 'committed'; readonly id: number; readonly version: number; readonly row: number }
  | { readonly type: 'pending'; readonly id: number; readonly rows: readonly PendingRow[] }
  /** Starts or stops reading the quiet key. */
  | { readonly type: 'quiet'; readonly on: boolean }
  | { readonly type: 'end' };

export type PendingRow = {
  readonly row: number;
  readonly namespace: string;
  readonly tags: readonly string[];
};

/** From a process of the fleet. */
export type FromProcess =
  | { readonly type: 'ready' }
  /** A loader reads the source of truth. */
  | { readonly type: 'read-truth'; readonly id: number; readonly key: string }
  | { readonly type: 'commit'; readonly id: number; readonly key: string; readonly tags: readonly string[] }
  | { readonly type: 'called'; readonly row: number; readonly ms: number }
  | { readonly type: 'acked'; readonly row: number; readonly ms: number }
  /** The relay requests invalidations that no process has applied. */
  | { readonly type: 'ask-pending'; readonly id: number }
  | { readonly type: 'reads'; readonly reads: readonly Read[]; readonly failed: number }
  /** A lookup of the quiet key that had to load, and when it began. */
  | { readonly type: 'quiet-load'; readonly beganMs: number }
  | { readonly type: 'broken'; readonly error: string };

/** The monotonic clock of the machine, in ms: the same in all its processes. */
export function steadyMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
