import { authTokenErrors } from './auth-token.ts';
import { clientChecks } from './checks/client-checks.ts';
import { engineChecks } from './checks/engine-checks.ts';
import { migrationChecks } from './checks/migration-checks.ts';
import { reachChecks } from './checks/network-checks.ts';
import { nodeChecks } from './checks/node-checks.ts';
import { securityChecks } from './checks/security-checks.ts';
import { sizeChecks } from './checks/size-checks.ts';
import { windowChecks } from './checks/window-checks.ts';
import type { Check, Plan, PlanError } from './plan.ts';

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
