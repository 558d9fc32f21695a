import { type Metric, type Readings, rules } from '@bookedbarber/elasticache';
import { InvalidArgumentError } from 'commander';

/** Metrics that rules watch, and the one that a rule compares with another. */
const known = new Set<string>([...rules.map(({ metric }) => metric), 'SwapUsage']);
known.delete('SwapBeyondFreeable');

export type MetricOptions = Readonly<Record<string, number>>;

/** One NAME=VALUE after another, as CloudWatch shows them. */
export function addMetric(text: string, before: MetricOptions = {}): MetricOptions {
  const [name = '', value = ''] = text.split('=', 2);
  if (!known.has(name))
    throw new InvalidArgumentError(`Write NAME=VALUE, NAME one of ${[...known].join(', ')}.`);
  if (!/^\d{1,15}(\.\d{1,6})?$/.test(value)) throw new InvalidArgumentError(`${name} wants a number.`);
  return { ...before, [name]: Number(value) };
}

/** What CloudWatch knows and a server does not, as readings; swap is judged beside the memory that could be freed. */
export function readingsOf(given: MetricOptions): Readings {
  const { SwapUsage: swap, ...others } = given;
  const free = others['FreeableMemory'];
  return {
    ...(others as Partial<Record<Metric, number>>),
    ...(swap === undefined || free === undefined ? {} : { SwapBeyondFreeable: swap - free }),
  };
}
