import type { FastifyRequest } from 'fastify';
import { kindOf } from '../../throttling/limit-names.ts';
import type { Shedding, WorkKind } from '../../throttling/shedding.ts';
import type { App } from '../app-type.ts';
import type { OperatorCheck } from '../operator.ts';

/** Retry-After is random, so that rejected clients do not retry all at the same time. */
const retryAfterSeconds = { min: 1, max: 5 };

/**
 * Rejects requests while the process is overloaded, before the body is read: reports first, then reads and writes,
 * bookings and operators last. Never rejects health checks. Register it before the routes.
 */
export function loadShedding(
  app: App,
  { shedding, operator }: { shedding: Shedding; operator: OperatorCheck },
): void {
  app.addHook('onRequest', (request, reply, done) => {
    const kind = workKindOf(request, operator);
    if (kind === null) return done();
    let proceed: ReturnType<Shedding['begin']>;
    try {
      proceed = shedding.begin(kind);
    } catch (error) {
      const { min, max } = retryAfterSeconds;
      reply.header('retry-after', String(min + Math.floor(Math.random() * (max - min + 1))));
      throw error;
    }
    proceed(done);
  });
}

function workKindOf(request: FastifyRequest, operator: OperatorCheck): WorkKind | null {
  const kind = kindOf(request.method, request.routeOptions.url, request.url);
  if (kind === null) return null;
  if (kind === 'booking') return 'booking';
  if (kind === 'analytics') return 'report';
  if (request.headers.authorization !== undefined && operator.isOperator(request)) return 'booking';
  return request.method === 'GET' || request.method === 'HEAD' ? 'read' : 'write';
}
