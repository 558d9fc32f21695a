import { type FastifyReply, type FastifyRequest, LogController } from 'fastify';

/**
 * Logs what is unusual about a request: that it was slow, or broke off. Failures are logged where they are answered. On
 * the level debug every request has a line. Fastify's own two lines for each cost more than a cached answer does, and the
 * metrics count them all.
 */
export class RequestLog extends LogController {
  readonly #slowMs: number;

  /** @param slowMs from here on a request is slow enough for a line */
  constructor(slowMs: number) {
    super();
    this.#slowMs = slowMs;
  }

  override incomingRequest(): void {}

  override requestCompleted(error: Error | null, request: FastifyRequest, reply: FastifyReply): void {
    const ms = reply.elapsedTime;
    if (error !== null && error !== undefined) super.requestCompleted(error, request, reply);
    else if (ms >= this.#slowMs) request.log.warn(lineOf(request, reply, ms), 'a slow request');
    else if (this.#logsAll(request)) request.log.debug(lineOf(request, reply, ms), 'a request');
  }

  #logsAll({ log: { level } }: FastifyRequest): boolean {
    return level === 'debug' || level === 'trace';
  }
}

function lineOf(
  { method, originalUrl: url }: FastifyRequest,
  { statusCode }: FastifyReply,
  ms: number,
): object {
  return { method, url, status: statusCode, ms: Math.round(ms) };
}
