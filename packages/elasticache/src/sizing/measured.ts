/** What one shop, barber, visitor, look and booking cost Redis. Bytes are of memory, or as they travel where said so. */
export type SizingConstants = {
  /** Page and menu of a shop, and how much more for each barber. */
  readonly shopBytes: number;
  readonly barberBytes: number;
  /** One day of a shop's book, and how much more for each barber. */
  readonly shopDayBytes: number;
  readonly barberDayBytes: number;
  /** The counts that the limits keep of one visitor, for a day. */
  readonly visitorBytes: number;
  /** What a booking and its mail leave behind. */
  readonly bookingBytes: number;
  readonly connectionBytes: number;
  /** Connections that one process holds. */
  readonly apiConnections: number;
  readonly workerConnections: number;
  /** A look is the page of a shop and a week of its free times, without anything kept in the process. */
  readonly readCommands: number;
  readonly readReceivedBytes: number;
  readonly readSentBytes: number;
  readonly readCpuMicroseconds: number;
  /** Of the api process, not of Redis. */
  readonly readApiCpuMicroseconds: number;
  /** A booking with its confirmation by mail. */
  readonly bookingCommands: number;
  readonly bookingReceivedBytes: number;
  readonly bookingSentBytes: number;
  readonly bookingCpuMicroseconds: number;
  /** What a process asks of Redis while nobody asks for anything. */
  readonly idleCommandsPerSecond: number;
};

export type Measured = {
  readonly constants: SizingConstants;
  readonly command: string;
  readonly date: string;
  readonly machine: string;
};

/**
 * Medians of three rounds, each on an empty database and an empty Redis. The farthest round lay 22 % off for the memory of
 * a connection, 19 % for a shop, 12 % for CPU, and 11 % or less for the others.
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
