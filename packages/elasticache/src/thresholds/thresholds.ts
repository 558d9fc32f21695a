/**
 * From where on something is wrong: the one source of the alarms, the lines in the dashboard, the alerts of a running
 * server, the advice of the command line and the runbook. Every reader takes these as a parameter.
 */
export type Thresholds = {
  /** Memory in use, in percent of what the node lets data take. */
  readonly memoryTicketPercent: number;
  readonly memoryPagePercent: number;
  /** CPU of one core, in percent: divided by the vCPUs where a node has two or fewer. */
  readonly corePercent: number;
  /** CPU of the thread that runs commands, in percent, on nodes of four vCPUs or more. */
  readonly engineTicketPercent: number;
  readonly enginePagePercent: number;
  /** Connections, in percent of what the budgets of all processes allow together. */
  readonly connectionsPercent: number;
  /** Look-ups answered, in percent; judged only above so many look-ups, since a fresh cache has to miss. */
  readonly hitRatePercent: number;
  readonly hitRateLookups: number;
  /** Keys removed by a full server. */
  readonly evictions: number;
  readonly replicationLagSeconds: number;
  /** CPU credits left, in percent of the most that the node saves up. */
  readonly creditPercent: number;
  /** Memory that the host could still give, in bytes. */
  readonly freeableBytes: number;
  /** How much more swap may be used than memory could be freed, in bytes. */
  readonly swapBeyondFreeableBytes: number;
  readonly authenticationFailures: number;
  /** Packets queued or dropped since the node's bandwidth was used up. */
  readonly networkPackets: number;
  /** 1 while ElastiCache holds commands back to keep the node alive. */
  readonly trafficManagement: number;
};

/** Memory, hit rate: the setup guide. CPU, freeable memory, swap: the user guide. The others: practice. */
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
