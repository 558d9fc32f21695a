import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { histogramText } from './histogram-text.ts';
import type { Family, Sample } from './metric-family.ts';
import type { RequestCounts } from './request-counts.ts';

export type Metrics = {
  contentType: string;
  /** The report in the Prometheus text format. */
  text(): Promise<string>;
};

/** Combines the families with prom-client's default process metrics into one report. */
export function createMetrics(families: readonly Family[], requests: RequestCounts): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const family of families) register(registry, family);
  return {
    contentType: registry.contentType,
    text: async () => `${await registry.metrics()}${histogramText(requests.routes())}`,
  };
}

function register(registry: Registry, { type, name, help, labels, read }: Family): void {
  const options = { name, help, labelNames: [...labels], registers: [registry] };
  // reset() leaves a 0 in a family without labels; an unknown value must be absent instead.
  const isUnknown = (samples: readonly Sample[]): boolean => labels.length === 0 && samples.length === 0;
  // prom-client counts nothing itself: each scrape replaces its values.
  if (type === 'counter') {
    new Counter({
      ...options,
      async collect() {
        const samples = await read();
        this.reset();
        if (isUnknown(samples)) this.remove();
        for (const { labels, value } of samples) this.inc(labels, value);
      },
    });
    return;
  }
  new Gauge({
    ...options,
    async collect() {
      const samples = await read();
      this.reset();
      if (isUnknown(samples)) this.remove();
      for (const { labels, value } of samples) this.set(labels, value);
    },
  });
}
