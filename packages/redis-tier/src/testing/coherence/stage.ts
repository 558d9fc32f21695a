import type { ServerAddress } from './messages.ts';
import type { Random } from './random.ts';

/** Causes a fault in the servers or in the connections to them, and repairs it before it resolves. */
export type Fault = (random: Random) => Promise<void>;

/** The servers of a fleet, and the faults that can be injected. */
export type TestServers = {
  readonly cluster: boolean;
  readonly faults: Readonly<Record<string, Fault>>;
  /** The address that a new process connects to. */
  join(): Promise<ServerAddress>;
  close(): Promise<void>;
};
