/**
 * The thresholds of the alarms, the dashboard lines, the server alerts, the advice of the command line and the runbook.
 * All of them take the thresholds as a parameter.
 */
export type Thresholds = {
  /** Used memory, in percent of the memory available for data. */
  readonly memoryTicketPercent: number;
  readonly memoryPagePercent: number;
  /** CPU of one core, in percent; divided by the number of vCPUs on nodes of two or fewer. */
  readonly corePercent: number;
  /** CPU of the thread that runs commands, in percent, on nodes of four vCPUs or more. */
  readonly engineTicketPercent: number;
  readonly enginePagePercent: number;
  /** Connections, in percent of the connection budgets of all processes. */
  readonly connectionsPercent: number;
  /** Cache hits, in percent. Evaluated only above `hitRateLookups`, since a cold cache always misses. */
  readonly hitRatePercent: number;
  readonly hitRateLookups: number;
  /** Evicted keys. */
  readonly evictions: number;
  readonly replicationLagSeconds: number;
  /** CPU credit balance, in percent of the node's maximum. */
  readonly creditPercent: number;
  /** FreeableMemory of the host, in bytes. */
  readonly freeableBytes: number;
  /** Maximum of SwapUsage minus FreeableMemory, in bytes. */
  readonly swapBeyondFreeableBytes: number;
  readonly authenticationFailures: number;
  /** Packets queued or dropped because the bandwidth limit was exceeded. */
  readonly networkPackets: number;
  /** TrafficManagementActive is 1 while ElastiCache throttles commands. */
  readonly trafficManagement: number;
};

/**
 * Sources: the setup guide (memory, hit rate), the user guide (CPU, freeable memory, swap), experience (the others).
 */
export const defaultThresholds: Thresholds = {
  memoryTicketPercent: 80,
  memoryPagePercent: 90,
  corePercent: 90,
  engineTicketPercent: 70,
  enginePagePercent: 90,
  connectionsPercent: 90,
  hitRatePercent: 85,
  hitRateLookups: 500,
  evictions: 0,
  replicationLagSeconds: 30,
  creditPercent: 20,
  freeableBytes: 100_000_000,
  swapBeyondFreeableBytes: 0,
  authenticationFailures: 0,
  networkPackets: 0,
  trafficManagement: 0,
};
