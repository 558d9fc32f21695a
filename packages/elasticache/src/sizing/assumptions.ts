/** What the model takes for granted about people and time. Each errs on the side of more. */
export const assumptions = {
  /** Seconds between two looks of one visitor (the page and a week of free times). */
  secondsBetweenReads: 20,
  /** Seconds that a visitor stays. */
  visitSeconds: 300,
  /** Visitors on average over a day, as a share of the busiest moment's. */
  dayAverage: 0.25,
  /** Bookings of the busiest hour, as a share of the day's. */
  busiestHour: 0.2,
  /** Days of every shop's book that are in the cache at once: as far ahead as a shop takes bookings. */
  daysCached: 60,
  /** Mails and their jobs stay in the queue for so many days at the most. */
  daysQueued: 1,
  /** Times the measured need that a node has to bear: growth, a campaign, a failover's cold cache. */
  headroom: 2,
  /** TLS and a slower core than the measured one, as a factor of CPU. */
  cpuFactor: 2,
  /** Share of a core that one api process may be busy with. */
  apiBusy: 0.5,
  /** Bytes on the wire for each byte of the protocol, with TLS and TCP around it. */
  wireFactor: 1.1,
} as const;
