import { readFileSync, statSync } from 'node:fs';
import { type Plan, readPlan, validatePlan } from '@bookedbarber/elasticache';
import { invalidPlan } from '../plan/invalid-plan.ts';
import { Failure } from '../shared/user-error.ts';

/** The deployment fields that this command reads. The synthesis validates the others. */
export type Deployment = { plan: Plan; jobsPlan: Plan | null; account: string };

const maxBytes = 256 * 1024;
const remediation =
  '`bookedbarber plan --deployment FILE` creates one. infra/README.md describes all fields.';

/** A deployment with all fields, including those that this command does not know. */
export type DeploymentForm = Deployment & { readonly fields: Readonly<Record<string, unknown>> };

/** Reads a deployment. Throws Failure for a file that is not a deployment or contains an invalid plan. */
export function readDeployment(path: string): Deployment {
  const deployment = readDeploymentForm(path);
  for (const plan of [deployment.plan, deployment.jobsPlan]) {
    const errors = plan === null ? [] : validatePlan(plan);
    if (errors.length > 0) throw invalidPlan(errors);
  }
  return deployment;
}

/** Reads a deployment without validating its plans. Throws Failure for a file that is not a deployment. */
export function readDeploymentForm(path: string): DeploymentForm {
  const fields = parsed(path);
  if (fields['deployment'] !== 1) throw malformed(path, ['deployment: use 1, the version of the format']);
  const account = fields['account'];
  if (typeof account !== 'string' || !/^\d{12}$/.test(account))
    throw malformed(path, ['account: use the AWS account number, twelve digits in quotes']);
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
  throw malformed(path, ['it is not a JSON object']);
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
