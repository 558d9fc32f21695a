import { openServices } from '../installation/services.mjs';
import { describeMachine, formatMachine } from '../machine.mjs';
import { progress } from '../progress.mjs';
import { median, spread } from '../rows.mjs';
import { table } from '../tables.mjs';
import { openProbe } from './probe.mjs';
import { measureRound } from './round.mjs';

const rounds = 3;
const stepsOfRound = 5;

/** The description of each constant, in the order of the report. */
const meanings = /** @type {Record<string, string>} */ ({
  shopBytes: 'page and menu of a shop in the cache, bytes',
  barberBytes: '  per barber',
  shopDayBytes: 'one day of a shop in the cache, bytes',
  barberDayBytes: '  per barber',
  visitorBytes: 'rate limits of a visitor, bytes',
  bookingBytes: 'remaining after a booking and its mail, bytes',
  connectionBytes: 'one connection, bytes',
  apiConnections: 'connections per api process',
  workerConnections: 'connections per worker process',
  readCommands: 'commands per look (page and week)',
  readReceivedBytes: '  bytes received by Redis',
  readSentBytes: '  bytes sent by Redis',
  readCpuMicroseconds: '  Redis CPU, us',
  readApiCpuMicroseconds: '  api process CPU, us',
  bookingCommands: 'commands per booking and its mail',
  bookingReceivedBytes: '  bytes received by Redis',
  bookingSentBytes: '  bytes sent by Redis',
  bookingCpuMicroseconds: '  Redis CPU, us',
  idleCommandsPerSecond: 'commands per second of an idle process',
});

/**
 * Measures the cost of shops, visitors and bookings for Redis: creates shops on the built server, sends looks and
 * bookings, and reads INFO, MEMORY USAGE and CLIENT LIST. The constants of @bookedbarber/elasticache come from here.
 *
 * @returns {Promise<{ rows: import('../rows.mjs').Row[], text: string, about: object }>}
 */
export async function benchSizing() {
  const services = await openServices();
  const probe = openProbe(services.redisUrl);
  try {
    const reportProgress = progress('Measuring sizing');
    /** @type {Record<string, number>[]} */
    const all = [];
    for (let round = 0; round < rounds; round += 1) {
      const steps = round * stepsOfRound;
      const onProgress = (/** @type {number} */ step) => reportProgress(steps + step, rounds * stepsOfRound);
      all.push(await measureRound({ services, probe, number: round + 1, onProgress }));
    }
    const rows = Object.keys(meanings).map((name) => {
      const raw = all.map((constants) => constants[name] ?? Number.NaN);
      return {
        name,
        unit: unitOf(name),
        raw,
        ours: median(raw),
        peers: {},
        ratio: null,
        target: null,
        met: null,
      };
    });
    const machine = describeMachine(services.versions);
    const lines = rows.map(({ name, raw, ours }) => [
      meanings[name] ?? name,
      inDigits(ours),
      `± ${(spread(raw) * 100).toFixed(0)} %`,
      name,
    ]);
    const head = `Medians of ${rounds} rounds. The api has no local tier, so every look queries Redis.\n`;
    const text = `${head}\n${table([['', 'median', 'spread', 'name'], ...lines])}\n${formatMachine(machine)}\n`;
    return { rows, text, about: { machine, rounds } };
  } finally {
    probe.close();
    await services.stop();
  }
}

/** @param {string} name */
function unitOf(name) {
  if (name.endsWith('Bytes')) return 'bytes';
  if (name.endsWith('Microseconds')) return 'us';
  return name.endsWith('PerSecond') ? '1/s' : 'count';
}

/** @param {number} value */
const inDigits = (value) => (Math.abs(value) < 100 ? value.toFixed(1) : value.toFixed(0));
