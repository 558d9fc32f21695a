import { type Metric, type Readings, rules } from '@bookedbarber/elasticache';
import { InvalidArgumentError } from 'commander';

/** Metrics of the rules, and SwapUsage, which a rule compares with FreeableMemory. */
const known = new Set<string>([...rules.map(({ metric }) => metric), 'SwapUsage']);
known.delete('SwapBeyondFreeable');

export type MetricOptions = Readonly<Record<string, number>>;

/** Adds one NAME=VALUE of the repeatable option --metric. Units are those of CloudWatch. */
export function addMetric(text: string, before: MetricOptions = {}): MetricOptions {
  const [name = '', value = ''] = text.split('=', 2);
  if (!known.has(name))
    throw new InvalidArgumentError(`Use NAME=VALUE, where NAME is one of ${[...known].join(', ')}.`);
  if (!/^\d{1,15}(\.\d{1,6})?$/.test(value)) throw new InvalidArgumentError(`${name} requires a number.`);
  return { ...before, [name]: Number(value) };
}

/** Converts the given metrics to readings. SwapUsage is compared with FreeableMemory, so it needs both. */
export function readingsOf(given: MetricOptions): Readings {
  const { SwapUsage: swap, ...others } = given;
  const free = others['FreeableMemory'];
  return {
    ...(others as Partial<Record<Metric, number>>),
    ...(swap === undefined || free === undefined ? {} : { SwapBeyondFreeable: swap - free }),
  };
}
