/**
 * Asks one address as fast as it answers, as so many callers in turn, and prints what autocannon found. It is a process
 * of its own, so that it is no part of what is measured.
 */
// @ts-expect-error it comes without types
import autocannon from 'autocannon';

const [url = '', connections = '1', seconds = '1', callers = '1'] = process.argv.slice(2);
const perConnection = Math.ceil(Number(callers) / Number(connections));
let started = 0;
const result = await autocannon({
  url,
  connections: Number(connections),
  duration: Number(seconds),
  /** Each connection speaks for callers of its own, in turn. @param {{ setRequests: (all: object[]) => void }} client */
  setupClient(client) {
    const first = started++ * perConnection;
    client.setRequests(Array.from({ length: perConnection }, (_, i) => callerOf(first + i)));
  },
});
process.stdout.write(JSON.stringify(result));

/** @param {number} n */
function callerOf(n) {
  return { headers: { 'x-forwarded-for': `198.18.${n >> 8}.${n & 255}` } };
}
