import { defaultThresholds } from '@bookedbarber/elasticache';

/** Limits for findings. Shares are from 0 to 1. Limits shared with CloudWatch alarms come from their definitions. */
export const thresholds = {
  /** DatabaseMemoryUsagePercentage. */
  memoryShare: defaultThresholds.memoryTicketPercent / 100,
  /** CurrConnections, here as a share of maxclients. */
  connectionsShare: defaultThresholds.connectionsPercent / 100,
  /** A round trip within one region takes 1 or 2 ms. */
  slowRoundTripMs: 10,
  /** The cache times out after 50 ms: above that, every request goes to the database. */
  hopelessRoundTripMs: 50,
  /** Clocks synchronized with NTP differ by a few ms. */
  clockSkewMs: 2000,
  /** Above this, expiry times of links, tokens and certificates are misjudged. */
  badClockSkewMs: 30_000,
} as const;
