import { type Plan, readPlan, validatePlan } from '../elasticache.ts';
import type { Deployment, DeploymentError } from './deployment.ts';
import { Reader } from './form.ts';
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

/** A deployment from what a file held, or everything that is wrong with it: its form, and plans that must not be built. */
export function readDeployment(
  value: unknown,
): { deployment: Deployment; errors: [] } | { deployment: null; errors: DeploymentError[] } {
  const reader = new Reader(value, '', fields);
  if (reader.value('deployment') !== 1)
    reader.invalid('deployment', 'deployment has to be 1, the version of this form.');
  const account = reader.text(
    'account',
    /^\d{12}$/,
    'the number of the AWS account, twelve digits in quotes',
  );
  const plan = planAt(reader, 'plan');
  const jobsPlan = reader.has('jobsPlan') ? planAt(reader, 'jobsPlan') : null;
  const { network, errors: ofNetwork } = readNetwork(reader.value('network'), plan?.region ?? '');
  const people = new Reader(reader.value('alarms'), 'alarms', ['email', 'pageEmail']);
  const wanted = 'the e-mail address of who hears of alarms';
  const ticketEmail = people.text('email', email, wanted);
  const alarms = {
    email: ticketEmail,
    pageEmail: people.text('pageEmail', email, wanted, { otherwise: ticketEmail }),
  };
  const audit = reader.yesOrNo('audit', true);
  const { database, errors: ofDatabase } = readDatabase(reader);
  const { service, errors: ofService } = readService(reader, { plan, jobsPlan, network, database });
  if (plan !== null && jobsPlan !== null) checkJobs(reader, plan, jobsPlan);
  const errors = [...reader.errors, ...ofNetwork, ...people.errors, ...ofDatabase, ...ofService];
  if (errors.length > 0 || plan === null) return { deployment: null, errors };
  return {
    deployment: { deployment: 1, plan, jobsPlan, account, network, alarms, audit, database, service },
    errors: [],
  };
}

function planAt(reader: Reader, field: 'plan' | 'jobsPlan'): Plan | null {
  const { plan, errors } = readPlan(reader.value(field));
  const mistakes = plan === null ? errors : validatePlan(plan);
  for (const { code, path, message, remediation } of mistakes)
    reader.errors.push({ code, path: path === '' ? field : `${field}.${path}`, message, remediation });
  if (plan === null) return null;
  if (plan.secondaryRegions.length > 0)
    reader.errors.push({
      code: 'global_datastore',
      path: `${field}.secondaryRegions`,
      message: 'A Global Datastore spans regions, and a deployment is of one.',
      remediation:
        'Leave the list empty, and join the group to a Global Datastore in the console when it runs.',
    });
  return plan;
}

function checkJobs(reader: Reader, plan: Plan, jobs: Plan): void {
  const wrong = (path: string, message: string, remediation: string): void => {
    reader.errors.push({ code: 'jobs_plan', path: `jobsPlan.${path}`, message, remediation });
  };
  if (plan.clients.jobs)
    reader.errors.push({
      code: 'jobs_plan',
      path: 'plan.clients.jobs',
      message: 'Jobs have a group of their own here, and the plan of the cache counts them to itself.',
      remediation: 'Write false.',
    });
  if (jobs.name === plan.name)
    wrong('name', `Both groups would be called ${plan.name}.`, `Call the second one ${plan.name}-jobs.`);
  if (jobs.region !== plan.region)
    wrong('region', `Jobs would be in ${jobs.region}, the cache in ${plan.region}.`, `Write ${plan.region}.`);
  if (jobs.parameters.maxmemoryPolicy !== 'noeviction')
    wrong(
      'parameters.maxmemoryPolicy',
      `A full server with ${jobs.parameters.maxmemoryPolicy} loses jobs or refuses them one by one.`,
      'Write noeviction: the server of the jobs holds nothing that may be lost.',
    );
}
