/** Spans of OpenTelemetry for the loads of all caches of this process. */
import { tracingChannel } from 'node:diagnostics_channel';
import { type CacheLoadTrace, cacheLoadChannel } from '../cache/index.ts';
import { anObjectWith, type Checks, checkOptions } from '../core/internal.ts';

type SpanLike = {
  recordException(exception: Error | string): void;
  setStatus(status: { code: number; message?: string }): unknown;
  end(): void;
};

/** What the adapter uses of a Tracer. */
export type TracerLike = {
  startSpan(name: string, options: { attributes: Record<string, string> }): SpanLike;
};

export type TraceLoadsOptions = { readonly tracer: TracerLike };

export const traceLoadsChecks: Checks<TraceLoadsOptions> = { tracer: anObjectWith('startSpan') };

/** SpanStatusCode.ERROR. */
const errorStatus = 2;

/**
 * Starts a span `cache load` for each call of a loader, in the active context of the caller that began it. Its
 * attributes are the policy and the namespace. Keys and values are not recorded.
 *
 * @returns a function that stops it, and ends the spans of running loads
 * @throws RangeError for an invalid option
 */
export function traceLoads(options: TraceLoadsOptions): () => void {
  checkOptions('traceLoads', options, traceLoadsChecks, (message) => new RangeError(message));
  const { tracer } = options;
  const spans = new Map<CacheLoadTrace, SpanLike>();
  const subscribers = {
    start(trace: CacheLoadTrace): void {
      const attributes = { 'redis_tier.policy': trace.policy, 'redis_tier.namespace': trace.namespace };
      spans.set(trace, tracer.startSpan('cache load', { attributes }));
    },
    error(trace: CacheLoadTrace & { error: unknown }): void {
      const error = trace.error instanceof Error ? trace.error : String(trace.error);
      const span = spans.get(trace);
      span?.recordException(error);
      span?.setStatus({ code: errorStatus, message: typeof error === 'string' ? error : error.message });
    },
    asyncEnd(trace: CacheLoadTrace): void {
      spans.get(trace)?.end();
      spans.delete(trace);
    },
    end(): void {},
    asyncStart(): void {},
  };
  const loads = tracingChannel<unknown, CacheLoadTrace>(cacheLoadChannel);
  loads.subscribe(subscribers);
  return () => {
    loads.unsubscribe(subscribers);
    for (const span of spans.values()) span.end();
    spans.clear();
  };
}
