import type { Trust } from '../shared/checks/certificate.ts';
import type { Target } from './settings/settings-check.ts';
import type { RedisLink } from './wire/link.ts';

/** How an examination is done. */
export type Manner = {
  /** Longest time for one step over the network, in ms. */
  timeoutMs: number;
  trust: Trust;
  /** The time of this machine, in ms since the epoch. */
  nowMs(): number;
};

/** What the checks behind the login work with. */
export type Examination = {
  target: Target;
  manner: Manner;
  link: RedisLink;
  /** The fields of INFO. */
  info: ReadonlyMap<string, string>;
  inCluster: boolean;
  isReplica: boolean;
};
