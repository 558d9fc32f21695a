/** A value and the labels that tell it from the others of its family. */
export type Sample = { labels: Readonly<Record<string, string>>; value: number };

/** One name of the report. `read` is asked at each scrape; none of the values: it is left out. */
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
