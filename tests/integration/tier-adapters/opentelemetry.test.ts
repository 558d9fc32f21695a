import { setImmediate } from 'node:timers/promises';
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createCache } from '../../../packages/redis-tier/src/cache/index.ts';
import { createLimiter } from '../../../packages/redis-tier/src/limits/index.ts';
import { createMemoryDriver } from '../../../packages/redis-tier/src/memory/index.ts';
import {
  registerCacheMetrics,
  registerLimiterMetrics,
  traceLoads,
} from '../../../packages/redis-tier/src/opentelemetry/index.ts';

const spans = new InMemorySpanExporter();
const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }).getTracer(
  'test',
);

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterAll(() => context.disable());

const open: (() => Promise<unknown> | unknown)[] = [];
beforeEach(() => spans.reset());
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function openCache() {
  const cache = createCache({ redis: createMemoryDriver(), policies: { menus: { ttlMs: 60_000 } } });
  open.push(() => cache.close());
  expect(await cache.ready(5000)).toBe(true);
  return cache;
}

/** A loader that takes a few milliseconds. */
function slowly(value: string): () => Promise<string> {
  return async () => {
    const startMs = performance.now();
    while (performance.now() - startMs < 5) await setImmediate();
    return value;
  };
}

function openReader() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  open.push(() => provider.shutdown());
  /** The values of one collection, as `name{label=value}`. */
  const collect = async () => {
    const { resourceMetrics, errors } = await reader.collect();
    expect(errors).toEqual([]);
    const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    const values = metrics.flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map(({ attributes, value }) => {
        const labels = Object.entries(attributes).map(([label, of]) => `${label}=${of}`);
        return [`${descriptor.name}{${labels.join(',')}}`, value] as const;
      }),
    );
    return { values: Object.fromEntries(values), descriptors: metrics.map(({ descriptor }) => descriptor) };
  };
  return { meter: provider.getMeter('test'), collect };
}

test('a load has a span in the context of its caller, without its keys and values', async () => {
  const cache = await openCache();
  open.push(traceLoads({ tracer }));
  const load = async () => {
    tracer.startSpan('query').end();
    return 'secret';
  };
  const get = (key: string) => cache.policy('menus').get({ namespace: 'shop', key, load });
  const callers = await Promise.all(
    ['key one', 'key two'].map((key) =>
      tracer.startActiveSpan(key, async (caller) => {
        await get(key);
        await get(key);
        caller.end();
        return caller.spanContext().spanId;
      }),
    ),
  );
  const named = (name: string) => spans.getFinishedSpans().filter((span) => span.name === name);
  for (const name of ['cache load', 'query'])
    expect(
      named(name)
        .map(({ parentSpanContext }) => parentSpanContext?.spanId)
        .sort(),
    ).toEqual([...callers].sort());
  for (const { attributes, status, events } of named('cache load')) {
    expect(attributes).toEqual({ 'redis_tier.policy': 'menus', 'redis_tier.namespace': 'shop' });
    expect([status.code, events]).toEqual([SpanStatusCode.UNSET, []]);
  }
});

test.each([
  ['an error', new Error('no menu'), 'no menu'],
  ['a value that is no error', 'no menu', 'no menu'],
])('a failed load records %s', async (_title, thrown, message) => {
  const cache = await openCache();
  open.push(traceLoads({ tracer }));
  const load = () => Promise.reject(thrown);
  await expect(cache.policy('menus').get({ namespace: 'shop', key: 'a', load })).rejects.toBeDefined();
  const [span] = spans.getFinishedSpans();
  expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message });
  expect(span?.events).toMatchObject([{ name: 'exception', attributes: { 'exception.message': message } }]);
});

test('stopping ends the spans of running loads, and later loads have none', async () => {
  const cache = await openCache();
  const stop = traceLoads({ tracer });
  let finish: (value: string) => void = () => {};
  let running: Promise<unknown> = Promise.resolve();
  await new Promise<void>((started) => {
    const load = () => {
      started();
      return new Promise<string>((resolve) => {
        finish = resolve;
      });
    };
    running = cache.policy('menus').get({ namespace: 'shop', key: 'a', load });
  });
  expect(spans.getFinishedSpans()).toEqual([]);
  stop();
  expect(spans.getFinishedSpans()).toHaveLength(1);
  finish('soup');
  await running;
  await cache.policy('menus').get({ namespace: 'shop', key: 'b', load: async () => 'soup' });
  expect(spans.getFinishedSpans()).toHaveLength(1);
});

test('a tracer that records nothing changes nothing', async () => {
  const cache = await openCache();
  open.push(traceLoads({ tracer: trace.getTracer('no SDK') }));
  const { value } = await cache
    .policy('menus')
    .get({ namespace: 'shop', key: 'a', load: async () => 'soup' });
  expect(value).toBe('soup');
});

test('observes the statistics of a cache until it is stopped', async () => {
  const cache = await openCache();
  const { meter, collect } = openReader();
  const stop = registerCacheMetrics({ meter, cache });
  const get = (key = 'a') => cache.policy('menus').get({ namespace: 'shop', key, load: slowly('soup') });
  await get();
  expect((await collect()).values).toMatchObject({ 'redis_tier.cache.loads{policy=menus}': 1 });
  await get();
  const { values, descriptors } = await collect();
  const { loadMs, bytesStored } = cache.statistics().total;
  expect(loadMs).toBeGreaterThan(0);
  expect(values).toMatchObject({
    'redis_tier.cache.lookups{policy=menus,source=local}': 1,
    'redis_tier.cache.lookups{policy=menus,source=miss}': 1,
    'redis_tier.cache.loads{policy=menus}': 1,
    'redis_tier.cache.load.duration{policy=menus}': loadMs / 1000,
    'redis_tier.cache.stored{policy=menus}': bytesStored,
    'redis_tier.cache.local.entries{}': 1,
    'redis_tier.cache.remote.available{}': 1,
  });
  expect(Object.fromEntries(descriptors.map(({ name, unit }) => [name, unit]))).toMatchObject({
    'redis_tier.cache.loads': '',
    'redis_tier.cache.load.duration': 's',
    'redis_tier.cache.stored': 'By',
  });
  stop();
  await get('b');
  expect(cache.statistics().total.loads).toBe(2);
  // The SDK keeps the last values.
  expect((await collect()).values).toEqual(values);
});

test('observes the statistics of a limiter', async () => {
  const limiter = createLimiter({
    redis: createMemoryDriver(),
    limits: { pages: { windows: { perMinute: 5 }, onOutage: 'local' } },
  });
  open.push(() => limiter.close());
  const { meter, collect } = openReader();
  open.push(registerLimiterMetrics({ meter, limiter }));
  await limiter.check({ limit: 'pages', key: 'a', cost: 5 });
  await limiter.check({ limit: 'pages', key: 'a' });
  expect((await collect()).values).toMatchObject({
    'redis_tier.limiter.allowed_units{limit=pages}': 5,
    'redis_tier.limiter.denied{limit=pages}': 1,
    'redis_tier.limiter.exceeded_windows{limit=pages,window=minute}': 1,
    'redis_tier.limiter.fleet_size{}': limiter.statistics().fleetSize,
  });
});
