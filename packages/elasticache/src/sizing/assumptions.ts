/** Assumptions of the sizing model. Each one overestimates the load. */
export const assumptions = {
  /** Seconds between two reads of one visitor; a read is the shop page and a week of free times. */
  secondsBetweenReads: 20,
  /** Duration of a visit to the site, in seconds. */
  visitSeconds: 300,
  /** Average number of concurrent visitors over a day, as a fraction of the peak. */
  dayAverage: 0.25,
  /** Bookings in the busiest hour, as a fraction of the day's bookings. */
  busiestHour: 0.2,
  /** Cached days of each shop's calendar: as far ahead as a shop accepts bookings. */
  daysCached: 60,
  /** Maximum number of days that emails and their jobs stay in the queue. */
  daysQueued: 1,
  /**
   * Factor between the measured need and the required capacity: for growth, campaigns, and a cold cache after a
   * failover.
   */
  headroom: 2,
  /** CPU factor for TLS and for cores slower than the measured one. */
  cpuFactor: 2,
  /** Maximum CPU of one api process, as a fraction of a core. */
  apiBusy: 0.5,
  /** Bytes on the network per byte of the Redis protocol, including TLS and TCP overhead. */
  wireFactor: 1.1,
} as const;
