/**
 * The cost to Redis of one shop, barber, visitor, read and booking. Bytes are memory, except `...ReceivedBytes` and
 * `...SentBytes`, which are network traffic.
 */
export type SizingConstants = {
  /** Page and menu of a shop, and the additional bytes per barber. */
  readonly shopBytes: number;
  readonly barberBytes: number;
  /** One day of a shop's calendar, and the additional bytes per barber. */
  readonly shopDayBytes: number;
  readonly barberDayBytes: number;
  /** Rate limit counters of one visitor, stored for a day. */
  readonly visitorBytes: number;
  /** Data that remains after a booking and its email. */
  readonly bookingBytes: number;
  readonly connectionBytes: number;
  /** Connections of one process. */
  readonly apiConnections: number;
  readonly workerConnections: number;
  /** A read is the page of a shop and a week of its free times, without the local cache. */
  readonly readCommands: number;
  readonly readReceivedBytes: number;
  readonly readSentBytes: number;
  readonly readCpuMicroseconds: number;
  /** Of the api process, not of Redis. */
  readonly readApiCpuMicroseconds: number;
  /** A booking and its confirmation email. */
  readonly bookingCommands: number;
  readonly bookingReceivedBytes: number;
  readonly bookingSentBytes: number;
  readonly bookingCpuMicroseconds: number;
  /** Commands per second of an idle process. */
  readonly idleCommandsPerSecond: number;
};

export type Measured = {
  readonly constants: SizingConstants;
  readonly command: string;
  readonly date: string;
  readonly machine: string;
};

/**
 * Medians of three runs, each on an empty database and an empty Redis. The maximum deviation of a run was 22 % for the
 * memory of a connection, 19 % for a shop, 12 % for CPU, and at most 11 % for the others.
 */
export const measured: Measured = {
  constants: {
    shopBytes: 7930,
    barberBytes: 1543,
    shopDayBytes: 469,
    barberDayBytes: 111,
    visitorBytes: 233,
    bookingBytes: 632,
    connectionBytes: 21_898,
    apiConnections: 4,
    workerConnections: 6,
    readCommands: 4.7,
    readReceivedBytes: 1963,
    readSentBytes: 19_852,
    readCpuMicroseconds: 90.5,
    readApiCpuMicroseconds: 2041,
    bookingCommands: 48.7,
    bookingReceivedBytes: 3676,
    bookingSentBytes: 730,
    bookingCpuMicroseconds: 617,
    idleCommandsPerSecond: 11.4,
  },
  command: 'npm run bench -- sizing',
  date: '2026-11-25',
  machine: '2 x AMD EPYC, 24 GiB, Linux 6.18, Node 20.20.2, PostgreSQL 18.4, Redis 7.0.15',
};
