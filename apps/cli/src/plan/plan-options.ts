import {
  type BusinessSize,
  completeFigures,
  type Engine,
  makePlan,
  type Plan,
  planNames,
  regionNames,
} from '@bookedbarber/elasticache';
import { InvalidArgumentError } from 'commander';
import { UsageError } from '../shared/user-error.ts';

/** Options that describe a business and its plan. Omitted options get defaults. */
export type PlanOptions = {
  barbers?: number;
  locations?: number;
  users?: number;
  bookings?: number;
  name?: string;
  region?: string;
  engine?: Engine;
  node?: string;
  replicas?: number;
  shards?: number;
  secondaryRegion?: string[];
  backupDays?: number;
  nat?: number;
  apiProcesses?: number;
  workers?: number;
  maxConnections?: number;
};

/** Creates the plan for the options. Throws UsageError without --barbers. */
export function planOf(options: PlanOptions): Plan {
  const { apiProcesses, workers } = options;
  return makePlan(figuresOf(options), {
    ...given('name', options.name),
    ...given('region', options.region),
    ...given('engine', options.engine),
    ...given('nodeType', options.node === undefined ? undefined : nodeName(options.node)),
    ...given('replicasPerShard', options.replicas),
    ...given('shards', options.shards),
    ...given('secondaryRegions', options.secondaryRegion),
    ...given('backupDays', options.backupDays),
    ...given('natGateways', options.nat),
    ...given('connectionBudget', options.maxConnections),
    processes: { ...given('api', apiProcesses), ...given('workers', workers) },
  });
}

function figuresOf(options: PlanOptions): BusinessSize {
  const { barbers, locations, users, bookings } = options;
  if (barbers === undefined)
    throw new UsageError('The number of barbers is required.', {
      remediation:
        'Set --barbers; add --locations, --users and --bookings for a more precise plan. Or see --table.',
    });
  return completeFigures({
    barbers,
    ...given('locations', locations),
    ...given('users', users),
    ...given('bookingsPerDay', bookings),
  });
}

/** Accepts "t4g.small" for "cache.t4g.small". */
export function nodeName(text: string): string {
  return text.startsWith('cache.') ? text : `cache.${text}`;
}

function given<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): Partial<Record<Name, Value>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, Value>);
}

/** Parses an option as a whole number from `min` to `max`, for commander. */
export function integerFrom(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max))
      throw new InvalidArgumentError(`Use a whole number from ${min} to ${max.toLocaleString('en')}.`);
    return value;
  };
}

export function parseEngine(text: string): Engine {
  if (text === 'redis' || text === 'valkey') return text;
  throw new InvalidArgumentError('Use redis or valkey.');
}

export function parseName(text: string): string {
  if (planNames.pattern.test(text)) return text;
  throw new InvalidArgumentError(`Use ${planNames.description}.`);
}

export function parseRegion(text: string): string {
  if (regionNames.pattern.test(text)) return text;
  throw new InvalidArgumentError(`Use ${regionNames.description}.`);
}

/** Collects a repeatable --secondary-region option. */
export function addRegion(text: string, before: readonly string[] = []): string[] {
  return [...before, parseRegion(text)];
}
