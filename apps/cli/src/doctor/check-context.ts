import type { TrustedCertificates } from '../shared/checks/certificate.ts';
import type { Target } from './settings/settings-check.ts';
import type { RedisConnection } from './wire/link.ts';

/** Options of all checks. */
export type CheckOptions = {
  /** Timeout of each network step, in ms. */
  timeoutMs: number;
  trust: TrustedCertificates;
  /** The time of this machine, in ms since the epoch. */
  nowMs(): number;
};

/** Input of the checks that follow the login. */
export type CheckContext = {
  target: Target;
  options: CheckOptions;
  link: RedisConnection;
  /** The fields of the INFO reply. */
  info: ReadonlyMap<string, string>;
  inCluster: boolean;
  isReplica: boolean;
};
