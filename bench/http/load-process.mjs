/**
 * Asks one address as fast as it answers, as so many callers in turn, and prints what autocannon found. It is a process
 * of its own, so that it is no part of what is measured.
 */
// @ts-expect-error it comes without types
import autocannon from 'autocannon';

const [url = '', connections = '1', seconds = '1', callers = '1'] = process.argv.slice(2);
const requests = Array.from({ length: Number(callers) }, (_, i) => ({
  headers: { 'x-forwarded-for': `198.18.${i >> 8}.${i & 255}` },
}));
let started = 0;
const result = await autocannon({
  url,
  connections: Number(connections),
  duration: Number(seconds),
  requests,
  /** Each connection begins at another caller. @param {{ setRequests: (all: typeof requests) => void }} client */
  setupClient(client) {
    const from = Math.floor((started++ / Number(connections)) * requests.length);
    client.setRequests([...requests.slice(from), ...requests.slice(0, from)]);
  },
});
process.stdout.write(JSON.stringify(result));
