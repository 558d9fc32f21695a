import { costOf, type Plan } from '@bookedbarber/elasticache';

/** US dollars a month; null where no price is known. */
export function costOfPlan(plan: Plan): number | null {
  return plan.engine === 'redis' || plan.engine === 'valkey' ? costOf(plan)[plan.engine].total : null;
}
