import { maxFigures } from '../sizing/figures.ts';
import type { Plan, PlanError } from './plan.ts';
import { anyText, exactly, integer, list, object, text, yesOrNo } from './shape.ts';

const region = text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as us-east-1');

const fields = {
  plan: exactly(1),
  name: text(
    /^[a-z](-?[a-z0-9]){0,39}$/,
    '1 to 40 lower-case letters, digits and single hyphens, a letter first',
  ),
  region,
  engine: anyText,
  engineVersion: anyText,
  nodeType: anyText,
  clusterMode: yesOrNo,
  shards: integer(1, 500),
  replicasPerShard: integer(0, 100),
  multiAz: yesOrNo,
  automaticFailover: yesOrNo,
  parameters: object({
    family: anyText,
    group: anyText,
    maxmemoryPolicy: anyText,
    reservedMemoryPercent: integer(0, 99),
  }),
  network: object({
    subnetGroup: anyText,
    port: integer(1, 65_535),
    egress: list(anyText, 50),
    natGateways: integer(0, 50),
  }),
  security: object({
    encryptionAtRest: yesOrNo,
    encryptionInTransit: yesOrNo,
    authToken: yesOrNo,
    userGroups: list(anyText, 50),
    iam: yesOrNo,
  }),
  backup: object({ retentionDays: integer(0, 1000), window: anyText }),
  maintenanceWindow: anyText,
  dataTiering: yesOrNo,
  autoScaling: yesOrNo,
  secondaryRegions: list(region, 20),
  clients: object({
    apiProcesses: integer(0, 100_000),
    workerProcesses: integer(0, 100_000),
    connectionBudget: integer(1, 65_000),
    database: integer(0, 99_999),
    jobs: yesOrNo,
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

/** A plan from what a file held, or what is wrong with its form. Whether it may be built is `validatePlan`'s to say. */
export function readPlan(value: unknown): { plan: Plan; errors: [] } | { plan: null; errors: PlanError[] } {
  const errors = [...plan(value, '')];
  return errors.length === 0 ? { plan: value as Plan, errors: [] } : { plan: null, errors };
}
