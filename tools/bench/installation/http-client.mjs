import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';

/**
 * @typedef {object} Reply
 * @property {number} status
 * @property {any} body parsed when it is JSON
 * @property {import('node:http').IncomingHttpHeaders} headers
 * @property {number} ms from sending to the last byte
 */

/** Headers of a request. `address` becomes X-Forwarded-For, the key of the limits. @typedef {{ address?: string, token?: string, bookingToken?: string, idempotencyKey?: string }} Caller */

const timeoutMs = 30_000;

/** A client for one server with keep-alive connections. @param {string} origin */
export function httpClient(origin) {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const { hostname, port } = new URL(origin);

  /**
   * Never rejects. Without a response, the status is 0 and the body is the error message.
   *
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @param {Caller} [caller]
   * @returns {Promise<Reply>}
   */
  function send(method, path, body, { address, token, bookingToken, idempotencyKey } = {}) {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      ...(text === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      ...(method === 'POST' ? { 'idempotency-key': idempotencyKey ?? randomUUID() } : {}),
      ...(address === undefined ? {} : { 'x-forwarded-for': address }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(bookingToken === undefined ? {} : { 'booking-token': bookingToken }),
    };
    const begin = performance.now();
    return new Promise((resolve) => {
      const fail = (/** @type {Error} */ error) =>
        resolve({ status: 0, body: error.message, headers: {}, ms: performance.now() - begin });
      const sent = request(
        { agent, hostname, port, method, path, headers, timeout: timeoutMs },
        (response) => {
          /** @type {Buffer[]} */
          const parts = [];
          response.on('data', (part) => parts.push(part));
          response.on('error', fail);
          response.on('end', () => {
            const ms = performance.now() - begin;
            const received = Buffer.concat(parts).toString('utf8');
            const isJson = String(response.headers['content-type']).includes('json');
            const parsed = isJson && received !== '' ? JSON.parse(received) : received;
            resolve({ status: response.statusCode ?? 0, body: parsed, headers: response.headers, ms });
          });
        },
      );
      sent.on('timeout', () => sent.destroy(new Error(`no response within ${timeoutMs} ms`)));
      sent.on('error', fail);
      sent.end(text);
    });
  }
  return { send, close: () => agent.destroy() };
}

/** @typedef {ReturnType<typeof httpClient>} HttpClient */
