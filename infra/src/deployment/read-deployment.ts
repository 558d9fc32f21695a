import { type Plan, readPlan, validatePlan } from '../elasticache.ts';
import type { Deployment, DeploymentError } from './deployment.ts';
import { Reader } from './field-reader.ts';
import { readDatabase } from './read-database.ts';
import { readNetwork } from './read-network.ts';
import { readService } from './read-service.ts';

const email = /^[^\s@"'<>]{1,64}@[a-z0-9.-]{3,120}$/i;
const fields = [
  'deployment',
  'plan',
  'jobsPlan',
  'account',
  'network',
  'alarms',
  'audit',
  'database',
  'service',
];

/** Parses a deployment from JSON data, or returns all its errors, including those of its plans. */
export function readDeployment(
  value: unknown,
): { deployment: Deployment; errors: [] } | { deployment: null; errors: DeploymentError[] } {
  const reader = new Reader(value, '', fields);
  if (reader.value('deployment') !== 1)
    reader.invalid('deployment', 'deployment must be 1, the version of the file format.');
  const account = reader.text('account', /^\d{12}$/, 'the AWS account ID, a string of twelve digits');
  const plan = planAt(reader, 'plan');
  const jobsPlan = reader.has('jobsPlan') ? planAt(reader, 'jobsPlan') : null;
  const { network, errors: networkErrors } = readNetwork(reader.value('network'), plan?.region ?? '');
  const recipients = new Reader(reader.value('alarms'), 'alarms', ['email', 'pageEmail']);
  const expected = 'the email address of the alarm recipient';
  const ticketEmail = recipients.text('email', email, expected);
  const alarms = {
    email: ticketEmail,
    pageEmail: recipients.text('pageEmail', email, expected, { fallback: ticketEmail }),
  };
  const audit = reader.boolean('audit', true);
  const { database, errors: databaseErrors } = readDatabase(reader);
  const { service, errors: serviceErrors } = readService(reader, { plan, jobsPlan, network, database });
  if (plan !== null && jobsPlan !== null) checkJobs(reader, plan, jobsPlan);
  const errors = [
    ...reader.errors,
    ...networkErrors,
    ...recipients.errors,
    ...databaseErrors,
    ...serviceErrors,
  ];
  if (errors.length > 0 || plan === null) return { deployment: null, errors };
  return {
    deployment: { deployment: 1, plan, jobsPlan, account, network, alarms, audit, database, service },
    errors: [],
  };
}

function planAt(reader: Reader, field: 'plan' | 'jobsPlan'): Plan | null {
  const { plan, errors } = readPlan(reader.value(field));
  const planErrors = plan === null ? errors : validatePlan(plan);
  for (const { code, path, message, remediation } of planErrors)
    reader.errors.push({ code, path: path === '' ? field : `${field}.${path}`, message, remediation });
  if (plan === null) return null;
  if (plan.secondaryRegions.length > 0)
    reader.errors.push({
      code: 'global_datastore',
      path: `${field}.secondaryRegions`,
      message: 'A Global Datastore spans several regions, but a deployment has only one.',
      remediation:
        'Leave the list empty, and add the group to a Global Datastore in the AWS console after the deployment.',
    });
  return plan;
}

function checkJobs(reader: Reader, plan: Plan, jobs: Plan): void {
  const addError = (path: string, message: string, remediation: string): void => {
    reader.errors.push({ code: 'jobs_plan', path: `jobsPlan.${path}`, message, remediation });
  };
  if (plan.clients.jobs)
    reader.errors.push({
      code: 'jobs_plan',
      path: 'plan.clients.jobs',
      message: 'The deployment has a jobsPlan, but the plan of the cache also includes the jobs.',
      remediation: 'Set it to false.',
    });
  if (jobs.name === plan.name)
    addError('name', `Both groups have the name ${plan.name}.`, `Name the second one ${plan.name}-jobs.`);
  if (jobs.region !== plan.region)
    addError(
      'region',
      `The jobs are in ${jobs.region}, but the cache is in ${plan.region}.`,
      `Set it to ${plan.region}.`,
    );
  if (jobs.parameters.maxmemoryPolicy !== 'noeviction')
    addError(
      'parameters.maxmemoryPolicy',
      `With ${jobs.parameters.maxmemoryPolicy}, a full server can evict jobs or reject some of them.`,
      'Set it to noeviction: no data on the server of the jobs may be evicted.',
    );
}
