import type { PlanError } from '@bookedbarber/elasticache';
import { Failure } from '../failures.ts';

/** A plan that must not be built: each mistake by its name, with the mend. */
export function refusedPlan(errors: readonly PlanError[]): Failure {
  const many = errors.length === 1 ? 'one mistake' : `${errors.length} mistakes`;
  return new Failure('plan_refused', `This plan must not be built: it has ${many}.`, {
    details: errors.flatMap(({ code, path, message, mend }) => [
      `${code} (${path})`,
      `  ${message}`,
      `  ${mend}`,
    ]),
  });
}
