/** From where on something is told as wrong. Shares are parts of 1. */
export const alertThresholds = {
  /** Memory that Redis uses, of its maxmemory. */
  memoryTicket: 0.8,
  memoryPage: 0.9,
  /** Hits over look-ups of the fleet, judged only above so many look-ups: a fresh cache has to miss. */
  hitRate: 0.85,
  hitRateLookUps: 500,
  /** Clients connected to Redis, of what the budgets of all processes allow. */
  connections: 0.9,
  /** How late a message may be before somebody has to look, in ms. */
  messageLateMs: 120_000,
} as const;
