import {
  type BusinessSize,
  completeFigures,
  type Engine,
  makePlan,
  type Plan,
} from '@bookedbarber/elasticache';
import { InvalidArgumentError } from 'commander';
import { UsageError } from '../shared/user-error.ts';

/** What may be said of a business and of the plan for it; what is not said is chosen. */
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

/** The plan that the options ask for. Throws UsageError when nothing is said of the business. */
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
    throw new UsageError('How many people cut?', {
      remediation:
        'Say it with --barbers; --locations, --users and --bookings make the answer better. Or look at --table.',
    });
  return completeFigures({
    barbers,
    ...given('locations', locations),
    ...given('users', users),
    ...given('bookingsPerDay', bookings),
  });
}

/** "t4g.small" and "cache.t4g.small" are the same. */
export function nodeName(text: string): string {
  return text.startsWith('cache.') ? text : `cache.${text}`;
}

function given<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): Partial<Record<Name, Value>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, Value>);
}

/** A whole number between two bounds, for commander. */
export function integerFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most))
      throw new InvalidArgumentError(`Write a whole number from ${least} to ${most.toLocaleString('en')}.`);
    return value;
  };
}

export function parseEngine(text: string): Engine {
  if (text === 'redis' || text === 'valkey') return text;
  throw new InvalidArgumentError('Write redis or valkey.');
}

export function parseName(text: string): string {
  if (/^[a-z](-?[a-z0-9]){0,39}$/.test(text)) return text;
  throw new InvalidArgumentError(
    'Write 1 to 40 lower-case letters, digits and single hyphens, a letter first.',
  );
}

export function parseRegion(text: string): string {
  if (/^[a-z]{2}(-[a-z]+)+-\d$/.test(text)) return text;
  throw new InvalidArgumentError('Write a region such as us-east-1.');
}

/** One region after another. */
export function addRegion(text: string, before: readonly string[] = []): string[] {
  return [...before, parseRegion(text)];
}
