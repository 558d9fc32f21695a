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
 * Returns all problems of a plan, or an empty array if it can be deployed. The validators of CloudFormation and the CDK
 * accept most of these plans, which then fail or cause harm during deployment.
 *
 * @param authToken the AUTH token, if known; the errors never contain it
 */
export function validatePlan(plan: Plan, { authToken }: { authToken?: string } = {}): PlanError[] {
  return [
    ...checks.flatMap((check) => [...check(plan)]),
    ...(authToken === undefined ? [] : authTokenErrors(authToken)),
  ];
}
