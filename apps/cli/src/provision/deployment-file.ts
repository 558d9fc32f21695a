import { readFileSync, statSync } from 'node:fs';
import { type Plan, readPlan, validatePlan } from '@bookedbarber/elasticache';
import { refusedPlan } from '../plan/refused-plan.ts';
import { Failure } from '../shared/user-error.ts';

/** What the command itself needs of a deployment. The rest of the file is judged by what synthesizes it. */
export type Deployment = { plan: Plan; jobsPlan: Plan | null; account: string };

const maxBytes = 256 * 1024;
const remediation =
  '`bookedbarber plan --deployment FILE` writes one, and infra/README.md has all of its fields.';

/** A deployment with all of its fields, also those that the command does not know. */
export type DeploymentForm = Deployment & { readonly fields: Readonly<Record<string, unknown>> };

/** Reads a deployment. Throws Failure for a file that holds none, or a plan in it that must not be built. */
export function readDeployment(path: string): Deployment {
  const deployment = readDeploymentForm(path);
  for (const plan of [deployment.plan, deployment.jobsPlan]) {
    const mistakes = plan === null ? [] : validatePlan(plan);
    if (mistakes.length > 0) throw refusedPlan(mistakes);
  }
  return deployment;
}

/** Reads a deployment whose plans may have to be changed before they are built. Throws Failure for a file that holds none. */
export function readDeploymentForm(path: string): DeploymentForm {
  const fields = parsed(path);
  if (fields['deployment'] !== 1) throw malformed(path, ['deployment: write 1, the version of this form']);
  const account = fields['account'];
  if (typeof account !== 'string' || !/^\d{12}$/.test(account))
    throw malformed(path, ['account: write the number of the AWS account, twelve digits in quotes']);
  const plan = planIn(path, 'plan', fields['plan']);
  const jobsPlan = fields['jobsPlan'] === undefined ? null : planIn(path, 'jobsPlan', fields['jobsPlan']);
  return { plan, jobsPlan, account, fields };
}

function parsed(path: string): Record<string, unknown> {
  try {
    if (statSync(path).size > maxBytes) throw new RangeError('it is too large');
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure('file_unreadable', `The deployment ${path} cannot be read: ${reason}.`, {
      remediation,
      cause: error,
    });
  }
  throw malformed(path, ['it is no JSON object']);
}

function planIn(path: string, field: string, value: unknown): Plan {
  const { plan, errors } = readPlan(value);
  if (plan === null)
    throw malformed(
      path,
      errors.map(({ path: at, message }) => `${at === '' ? field : `${field}.${at}`}: ${message}`),
    );
  return plan;
}

function malformed(path: string, details: readonly string[]): Failure {
  return new Failure('deployment_malformed', `${path} is not a deployment.`, { details, remediation });
}
