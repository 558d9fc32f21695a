/** What the processes of a fleet and the process that runs them say to each other. */
import type { Read } from './verdict.ts';

export type ServerPlace = { readonly host: string; readonly port: number };

export type FleetProcessConfig = {
  /** Another one for each incarnation. */
  readonly name: string;
  readonly seed: number;
  readonly prefix: string;
  /** A single endpoint, or some node of a cluster. */
  readonly at: ServerPlace;
  readonly cluster: boolean;
  readonly deadlineMs: number;
  readonly namespace: string;
  readonly keys: { readonly hot: readonly string[]; readonly cold: readonly string[] };
  /** A key that nobody changes, of a scope of its own. */
  readonly quiet: { readonly namespace: string; readonly key: string };
};

/** To a member. */
export type ToProcess =
  | { readonly type: 'begin'; readonly order: FleetProcessConfig }
  | { readonly type: 'sourceOfTruth'; readonly id: number; readonly version: number }
  | { readonly type: 'committed'; readonly id: number; readonly version: number; readonly row: number }
  | { readonly type: 'pending'; readonly id: number; readonly rows: readonly PendingRow[] }
  /** Reads the quiet key until told otherwise. */
  | { readonly type: 'quiet'; readonly on: boolean }
  | { readonly type: 'end' };

export type PendingRow = {
  readonly row: number;
  readonly namespace: string;
  readonly tags: readonly string[];
};

/** From a member. */
export type FromProcess =
  | { readonly type: 'ready' }
  /** A loader reads the truth. */
  | { readonly type: 'read-truth'; readonly id: number; readonly key: string }
  | { readonly type: 'commit'; readonly id: number; readonly key: string; readonly tags: readonly string[] }
  | { readonly type: 'called'; readonly row: number; readonly ms: number }
  | { readonly type: 'acked'; readonly row: number; readonly ms: number }
  /** The relay asks for invalidations that nobody has applied. */
  | { readonly type: 'ask-pending'; readonly id: number }
  | { readonly type: 'reads'; readonly reads: readonly Read[]; readonly failed: number }
  /** A look-up of the quiet key that had to be loaded, and when it began. */
  | { readonly type: 'quiet-load'; readonly beganMs: number }
  | { readonly type: 'broken'; readonly error: string };

/** The steady clock of the machine, in ms: the same in all its processes. */
export function steadyMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
