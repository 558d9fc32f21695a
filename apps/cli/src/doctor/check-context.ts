import type { TrustedCertificates } from '../shared/checks/certificate.ts';
import type { Target } from './settings/settings-check.ts';
import type { RedisConnection } from './wire/link.ts';

/** How an examination is done. */
export type CheckOptions = {
  /** Longest time for one step over the network, in ms. */
  timeoutMs: number;
  trust: TrustedCertificates;
  /** The time of this machine, in ms since the epoch. */
  nowMs(): number;
};

/** What the checks behind the login work with. */
export type CheckContext = {
  target: Target;
  options: CheckOptions;
  link: RedisConnection;
  /** The fields of INFO. */
  info: ReadonlyMap<string, string>;
  inCluster: boolean;
  isReplica: boolean;
};
