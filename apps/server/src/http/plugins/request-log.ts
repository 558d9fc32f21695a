import { type FastifyReply, type FastifyRequest, LogController } from 'fastify';

/**
 * Logs only slow and aborted requests, and all requests at level debug. The error handler logs failures. Fastify's
 * default of two lines per request costs more than a cached response, and the metrics count all requests.
 */
export class RequestLog extends LogController {
  readonly #slowMs: number;

  /** @param slowMs minimum duration of a request to be logged as slow */
  constructor(slowMs: number) {
    super();
    this.#slowMs = slowMs;
  }

  override incomingRequest(): void {}

  override requestCompleted(error: Error | null, request: FastifyRequest, reply: FastifyReply): void {
    const ms = reply.elapsedTime;
    if (error !== null && error !== undefined) super.requestCompleted(error, request, reply);
    else if (ms >= this.#slowMs) request.log.warn(fieldsOf(request, reply, ms), 'slow request');
    else if (this.#logsAll(request)) request.log.debug(fieldsOf(request, reply, ms), 'request completed');
  }

  #logsAll({ log: { level } }: FastifyRequest): boolean {
    return level === 'debug' || level === 'trace';
  }
}

function fieldsOf(
  { method, originalUrl: url }: FastifyRequest,
  { statusCode }: FastifyReply,
  ms: number,
): object {
  return { method, url, status: statusCode, ms: Math.round(ms) };
}
