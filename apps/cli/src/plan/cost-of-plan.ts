import { costOf, type Plan } from '@bookedbarber/elasticache';

/** US dollars per month; null if a price is unknown. */
export function costOfPlan(plan: Plan): number | null {
  return plan.engine === 'redis' || plan.engine === 'valkey' ? costOf(plan)[plan.engine].total : null;
}
