import type { PlanError } from '@bookedbarber/elasticache';
import { Failure } from '../shared/user-error.ts';

/** The failure for an invalid plan. Lists each error with its code, message and fix. */
export function invalidPlan(errors: readonly PlanError[]): Failure {
  const number = errors.length === 1 ? 'one error' : `${errors.length} errors`;
  return new Failure('plan_refused', `The plan is invalid: it has ${number}.`, {
    details: linesOf(errors),
  });
}

/** The failure for a scaling step that is invalid or would make the plan invalid. */
export function invalidStep(errors: readonly PlanError[]): Failure {
  return new Failure('step_refused', 'The scaling step is invalid. The file is unchanged.', {
    details: linesOf(errors),
  });
}

function linesOf(errors: readonly PlanError[]): string[] {
  return errors.flatMap(({ code, path, message, remediation }) => [
    `${code} (${path})`,
    `  ${message}`,
    `  ${remediation}`,
  ]);
}
