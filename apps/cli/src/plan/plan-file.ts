import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { type Plan, readPlan } from '@bookedbarber/elasticache';
import { Failure } from '../shared/user-error.ts';

/** A plan is about a page of JSON. Larger files are rejected. */
const maxBytes = 64 * 1024;

/** Reads a plan file, or the plan in a deployment file. Throws Failure with one line for each invalid field. */
export function readPlanFile(path: string): Plan {
  let value: unknown;
  try {
    if (statSync(path).size > maxBytes) throw new RangeError('it is too large');
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure('file_unreadable', `The plan ${path} cannot be read: ${reason}.`, {
      remediation: 'Create one with `bookedbarber plan --out FILE`.',
      cause: error,
    });
  }
  const { plan, errors } = readPlan(planIn(value));
  if (plan !== null) return plan;
  throw new Failure('plan_malformed', `${path} is not a plan.`, {
    details: errors.map(({ path: field, message }) => `${field === '' ? '' : `${field}: `}${message}`),
    remediation: 'Create one with `bookedbarber plan --out FILE`, and edit that file.',
  });
}

/** A deployment holds the plan of its cache in the field `plan`. */
function planIn(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'deployment' in value && 'plan' in value
    ? value.plan
    : value;
}

/** Writes a plan, which contains no secret. Throws Failure. */
export function writePlanFile(path: string, plan: Plan): void {
  try {
    writeFileSync(path, `${JSON.stringify(plan, null, 2)}\n`);
  } catch (error) {
    throw new Failure('file_unwritable', `The plan cannot be written to ${path}.`, {
      remediation: 'Check the path and its permissions.',
      cause: error,
    });
  }
}

/** Reads the AUTH token to validate. Throws Failure; no error contains the token. */
export function readAuthToken(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new Failure('file_unreadable', `The token file ${path} cannot be read.`, {
      remediation: 'Check the path and its permissions.',
      cause: error,
    });
  }
}
