import type { PlanError } from '@bookedbarber/elasticache';
import { Failure } from '../shared/user-error.ts';

/** A plan that must not be built: each mistake by its name, with the mend. */
export function refusedPlan(errors: readonly PlanError[]): Failure {
  const many = errors.length === 1 ? 'one mistake' : `${errors.length} mistakes`;
  return new Failure('plan_refused', `This plan must not be built: it has ${many}.`, {
    details: linesOf(errors),
  });
}

/** A change of a plan that is not made, as such or since the plan would be wrong. */
export function refusedStep(errors: readonly PlanError[]): Failure {
  return new Failure('step_refused', 'The step is not taken; the file is as it was.', {
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
