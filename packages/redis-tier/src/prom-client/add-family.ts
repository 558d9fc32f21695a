import type { MetricFamily } from '../adapters/metrics/metric-family.ts';

/** What the adapter uses of a Registry. */
export type RegistryLike = { removeSingleMetric(name: string): void };

type Configuration = {
  readonly name: string;
  readonly help: string;
  labelNames: string[];
  // biome-ignore lint/suspicious/noExplicitAny: the type of a Registry depends on its content type.
  registers: any[];
  collect(): void;
};

/** What the adapter uses of the module prom-client. */
export type PromClient = {
  readonly register: RegistryLike;
  readonly Counter: new (
    configuration: Configuration,
  ) => { reset(): void; inc(labels: Record<string, string>, value: number): void };
  readonly Gauge: new (
    configuration: Configuration,
  ) => { reset(): void; set(labels: Record<string, string>, value: number): void };
};

/** Registers one metric, and returns its name. The registry counts nothing: each collection replaces its values. */
export function addFamily<Statistics>(
  { Counter, Gauge }: PromClient,
  register: RegistryLike,
  prefix: string,
  { type, name, help, unit, labels = [], read }: MetricFamily<Statistics>,
  statistics: () => Statistics,
): string {
  const words = [name.replaceAll('.', '_'), ...(unit === undefined ? [] : [unit])];
  if (type === 'counter') words.push('total');
  const options = {
    name: `${prefix}${words.join('_')}`,
    help,
    labelNames: [...labels],
    registers: [register],
  };
  if (type === 'counter') {
    const counter = new Counter({
      ...options,
      collect() {
        counter.reset();
        for (const [value, labels = {}] of read(statistics())) counter.inc(labels, value);
      },
    });
  } else {
    const gauge = new Gauge({
      ...options,
      collect() {
        gauge.reset();
        for (const [value, labels = {}] of read(statistics())) gauge.set(labels, value);
      },
    });
  }
  return options.name;
}
