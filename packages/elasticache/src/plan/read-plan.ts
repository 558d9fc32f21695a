import { maxFigures } from '../sizing/figures.ts';
import { planNames, regionNames } from './names.ts';
import type { Plan, PlanError } from './plan.ts';
import { anyString, boolean, exactly, integer, list, object, text } from './shape.ts';

const region = text(regionNames.pattern, regionNames.description);

const fields = {
  plan: exactly(1),
  name: text(planNames.pattern, planNames.description),
  region,
  engine: anyString,
  engineVersion: anyString,
  nodeType: anyString,
  clusterMode: boolean,
  shards: integer(1, 500),
  replicasPerShard: integer(0, 100),
  multiAz: boolean,
  automaticFailover: boolean,
  parameters: object({
    family: anyString,
    group: anyString,
    maxmemoryPolicy: anyString,
    reservedMemoryPercent: integer(0, 99),
  }),
  network: object({
    subnetGroup: anyString,
    port: integer(1, 65_535),
    egress: list(anyString, 50),
    natGateways: integer(0, 50),
  }),
  security: object({
    encryptionAtRest: boolean,
    encryptionInTransit: boolean,
    authToken: boolean,
    userGroups: list(anyString, 50),
    iam: boolean,
  }),
  backup: object({ retentionDays: integer(0, 1000), window: anyString }),
  maintenanceWindow: anyString,
  dataTiering: boolean,
  autoScaling: boolean,
  secondaryRegions: list(region, 20),
  clients: object({
    apiProcesses: integer(0, 100_000),
    workerProcesses: integer(0, 100_000),
    connectionBudget: integer(1, 65_000),
    database: integer(0, 99_999),
    jobs: boolean,
  }),
  figures: object({
    barbers: integer(1, maxFigures.barbers),
    locations: integer(1, maxFigures.locations),
    users: integer(0, maxFigures.users),
    bookingsPerDay: integer(0, maxFigures.bookingsPerDay),
  }),
};

const plan = object(fields, {
  snapshotName: text(/^[A-Za-z][A-Za-z0-9.:-]*$/, 'the name of a backup'),
  clusterModeMigration: text(/^(compatible|enabled)$/, 'compatible or enabled'),
});

/** Parses a plan from JSON data and checks its fields and types. `validatePlan` checks whether it can be deployed. */
export function readPlan(value: unknown): { plan: Plan; errors: [] } | { plan: null; errors: PlanError[] } {
  const errors = [...plan(value, '')];
  return errors.length === 0 ? { plan: value as Plan, errors: [] } : { plan: null, errors };
}
