import { defaultThresholds } from '@bookedbarber/elasticache';

/** Where figures begin to matter. Shares are of 1; those that an alarm watches too come from where it has them. */
export const thresholds = {
  /** DatabaseMemoryUsagePercentage. */
  memoryShare: defaultThresholds.memoryTicketPercent / 100,
  /** CurrConnections; here of what the server takes. */
  connectionsShare: defaultThresholds.connectionsPercent / 100,
  /** A round trip within one region takes 1 or 2 ms. */
  slowRoundTripMs: 10,
  /** The cache gives an answer up after 50 ms: beyond it every request goes to the database. */
  hopelessRoundTripMs: 50,
  /** Machines that keep time by NTP are some ms apart. */
  clockSkewMs: 2000,
  /** Links, tokens and certificates begin to be taken for something else. */
  badClockSkewMs: 30_000,
} as const;
