import { assumptions } from './assumptions.ts';
import type { BusinessSize } from './figures.ts';
import { measured, type SizingConstants } from './measured.ts';

/** Number of server processes by role. */
export type Processes = { readonly api: number; readonly workers: number };

/** The load of a business on Redis, without headroom. */
export type Load = {
  readonly memoryBytes: number;
  /** Memory by use, in bytes. */
  readonly memory: {
    readonly shops: number;
    readonly days: number;
    readonly visitors: number;
    readonly jobs: number;
    readonly connections: number;
    readonly server: number;
  };
  readonly connections: number;
  /** At peak. */
  readonly commandsPerSecond: number;
  readonly bitsPerSecond: number;
  /** CPU as a fraction of the one core that runs commands. */
  readonly cores: number;
  readonly readsPerSecond: number;
  readonly bookingsPerSecond: number;
};

/** Memory of an idle server. */
const serverBytes = 3 * 1024 * 1024;

/**
 * Computes the load from the figures of a business and constants measured on a real server. It assumes that visitors
 * read at a fixed interval, that every read reaches Redis despite the local cache, and that everything cacheable is
 * cached.
 */
export function loadOf(
  figures: BusinessSize,
  processes: Processes,
  constants: SizingConstants = measured.constants,
): Load {
  const readsPerSecond = figures.users / assumptions.secondsBetweenReads;
  const bookingsPerSecond = (figures.bookingsPerDay * assumptions.busiestHour) / 3600;
  const connections =
    processes.api * constants.apiConnections + processes.workers * constants.workerConnections;
  const visitorsOfDay = (figures.users * assumptions.dayAverage * 86_400) / assumptions.visitSeconds;
  const memory = {
    shops: figures.locations * constants.shopBytes + figures.barbers * constants.barberBytes,
    days:
      assumptions.daysCached *
      (figures.locations * constants.shopDayBytes + figures.barbers * constants.barberDayBytes),
    visitors: visitorsOfDay * constants.visitorBytes,
    jobs: figures.bookingsPerDay * assumptions.daysQueued * constants.bookingBytes,
    connections: connections * constants.connectionBytes,
    server: serverBytes,
  };
  const bytesPerSecond =
    readsPerSecond * (constants.readReceivedBytes + constants.readSentBytes) +
    bookingsPerSecond * (constants.bookingReceivedBytes + constants.bookingSentBytes);
  return {
    memoryBytes: Object.values(memory).reduce((sum, bytes) => sum + bytes, 0),
    memory,
    connections,
    commandsPerSecond:
      readsPerSecond * constants.readCommands +
      bookingsPerSecond * constants.bookingCommands +
      (processes.api + processes.workers) * constants.idleCommandsPerSecond,
    bitsPerSecond: bytesPerSecond * assumptions.wireFactor * 8,
    cores:
      ((readsPerSecond * constants.readCpuMicroseconds +
        bookingsPerSecond * constants.bookingCpuMicroseconds) *
        assumptions.cpuFactor) /
      1e6,
    readsPerSecond,
    bookingsPerSecond,
  };
}

/** Processes for the figures: at least two api processes for redundancy, and more if one core is not enough. */
export function processesFor(
  { users }: BusinessSize,
  constants: SizingConstants = measured.constants,
): Processes {
  const busy = (users / assumptions.secondsBetweenReads) * (constants.readApiCpuMicroseconds / 1e6);
  const api = Math.max(2, Math.ceil(busy / assumptions.apiBusy) + 1);
  return { api, workers: Math.max(1, Math.ceil(api / 4)) };
}
