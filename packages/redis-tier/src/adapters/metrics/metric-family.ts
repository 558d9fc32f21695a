/** Metrics of the cache and the limiter, for every metrics library. */

export type Labels = Readonly<Record<string, string>>;

export type Sample = readonly [value: number, labels?: Labels];

/** A counter counts from the start of the cache or limiter. Its unit is part of its name in Prometheus. */
export type MetricFamily<Statistics> = {
  readonly type: 'counter' | 'gauge';
  /** Words with dots, as in OpenTelemetry; without the prefix. */
  readonly name: string;
  readonly help: string;
  readonly unit?: 'seconds' | 'bytes';
  readonly labels?: readonly string[];
  read(statistics: Statistics): readonly Sample[];
};
