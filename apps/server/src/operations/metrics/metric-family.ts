/** A value with the labels that identify it within its family. */
export type Sample = { labels: Readonly<Record<string, string>>; value: number };

/** One metric of the report. `read` is called at each scrape; a metric without samples is omitted. */
export type Family = {
  type: 'counter' | 'gauge';
  name: string;
  help: string;
  labels: readonly string[];
  read(): Sample[] | Promise<Sample[]>;
};

export function one(value: number): Sample[] {
  return [{ labels: {}, value }];
}

export function samplesOf(label: string, values: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }));
}

const prefix = 'bookedbarber_';

export function counter(name: string, help: string, labels: string[], read: Family['read']): Family {
  return { type: 'counter', name: prefix + name, help, labels, read };
}

export function gauge(name: string, help: string, labels: string[], read: Family['read']): Family {
  return { type: 'gauge', name: prefix + name, help, labels, read };
}
