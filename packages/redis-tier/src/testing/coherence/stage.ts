import type { ServerPlace } from './messages.ts';
import type { Random } from './random.ts';

/** What is done to the servers, or to the connections to them, and undone again before it resolves. */
export type Fault = (random: Random) => Promise<void>;

/** The servers that a fleet uses, and what can be done to them. */
export type TestServers = {
  readonly cluster: boolean;
  readonly faults: Readonly<Record<string, Fault>>;
  /** A place for a new process to connect to. */
  join(): Promise<ServerPlace>;
  close(): Promise<void>;
};
