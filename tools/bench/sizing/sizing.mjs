import { openServices } from '../installation/services.mjs';
import { describeMachine, formatMachine } from '../machine.mjs';
import { progress } from '../progress.mjs';
import { median, spread } from '../rows.mjs';
import { table } from '../tables.mjs';
import { openProbe } from './probe.mjs';
import { measureRound } from './round.mjs';

const rounds = 3;
const stepsOfRound = 5;

/** What each constant is, in the order of the report. */
const meanings = /** @type {Record<string, string>} */ ({
  shopBytes: 'page and menu of a shop, in Redis',
  barberBytes: '  more for each barber',
  shopDayBytes: 'one day of a shop in the cache',
  barberDayBytes: '  more for each barber',
  visitorBytes: "a visitor's counts of the limits",
  bookingBytes: 'what a booking and its mail leave behind',
  connectionBytes: 'memory of one connection',
  apiConnections: 'connections of an api process',
  workerConnections: 'connections of a worker process',
  readCommands: 'commands of a look (page and week)',
  readReceivedBytes: '  bytes that Redis receives',
  readSentBytes: '  bytes that Redis sends',
  readCpuMicroseconds: '  CPU of Redis, us',
  readApiCpuMicroseconds: '  CPU of the api process, us',
  bookingCommands: 'commands of a booking with its mail',
  bookingReceivedBytes: '  bytes that Redis receives',
  bookingSentBytes: '  bytes that Redis sends',
  bookingCpuMicroseconds: '  CPU of Redis, us',
  idleCommandsPerSecond: 'commands a second of an idle process',
});

/**
 * What shops, visitors and bookings cost a Redis: shops are made, looked at and booked on the real server, and Redis is
 * asked by INFO what became of it. The constants of @bookedbarber/elasticache come from here.
 *
 * @returns {Promise<{ rows: import('../rows.mjs').Row[], text: string, about: object }>}
 */
export async function benchSizing() {
  const services = await openServices();
  const probe = openProbe(services.redisUrl);
  try {
    const told = progress('Measuring sizing');
    /** @type {Record<string, number>[]} */
    const all = [];
    for (let round = 0; round < rounds; round += 1) {
      const steps = round * stepsOfRound;
      const tell = (/** @type {number} */ step) => told(steps + step, rounds * stepsOfRound);
      all.push(await measureRound({ services, probe, number: round + 1, told: tell }));
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
    const head = `Medians of ${rounds} rounds; the api without its local tier, so every look asks Redis.\n`;
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
