import { authTokenErrors } from './auth-token.ts';
import { clientChecks } from './client-checks.ts';
import { engineChecks } from './engine-checks.ts';
import { migrationChecks } from './migration-checks.ts';
import { nodeChecks } from './node-checks.ts';
import type { Check, Plan, PlanError } from './plan.ts';
import { reachChecks } from './reach-checks.ts';
import { securityChecks } from './security-checks.ts';
import { sizeChecks } from './size-checks.ts';
import { windowChecks } from './window-checks.ts';

const checks: readonly Check[] = [
  nodeChecks,
  migrationChecks,
  engineChecks,
  securityChecks,
  windowChecks,
  clientChecks,
  reachChecks,
  sizeChecks,
];

/**
 * Everything that is wrong with a plan, each mistake by name with its cause and mend; none: it may be built. Most of it
 * goes through the validators of CloudFormation and the CDK, and fails, or does harm, only when the group is made.
 *
 * @param authToken the token that is to be used, where it is at hand; no error repeats it
 */
export function validatePlan(plan: Plan, { authToken }: { authToken?: string } = {}): PlanError[] {
  return [
    ...checks.flatMap((check) => [...check(plan)]),
    ...(authToken === undefined ? [] : authTokenErrors(authToken)),
  ];
}
