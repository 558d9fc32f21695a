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
  readonly lookCommands: number;
  readonly lookReceivedBytes: number;
  readonly lookSentBytes: number;
  readonly lookCpuMicroseconds: number;
  /** Of the api process, not of Redis. */
  readonly lookApiCpuMicroseconds: number;
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

export const measured: Measured = {
  constants: {
    shopBytes: 1,
    barberBytes: 1,
    shopDayBytes: 1,
    barberDayBytes: 1,
    visitorBytes: 1,
    bookingBytes: 1,
    connectionBytes: 1,
    apiConnections: 4,
    workerConnections: 6,
    lookCommands: 1,
    lookReceivedBytes: 1,
    lookSentBytes: 1,
    lookCpuMicroseconds: 1,
    lookApiCpuMicroseconds: 1,
    bookingCommands: 1,
    bookingReceivedBytes: 1,
    bookingSentBytes: 1,
    bookingCpuMicroseconds: 1,
    idleCommandsPerSecond: 1,
  },
  command: 'npm run bench -- sizing',
  date: '',
  machine: '',
};
