import type { Plan } from '@bookedbarber/elasticache';
import { costOfPlan } from '../../plan/cost-of-plan.ts';
import { dollars } from '../../plan/dollars.ts';
import type { Paint } from '../../shared/terminal/paint.ts';
import { table } from '../../shared/terminal/table.ts';
import { counted } from '../../shared/terminal/words.ts';
import type { Deployment } from '../deployment-file.ts';
import type { StackDiff } from '../stacks/stack-diff.ts';
import { additionalCosts, type CostLine, total } from './other-costs.ts';

/** What a deployment costs a month, part by part: its caches, and what its templates put around them. */
export function costsOf(diffs: readonly StackDiff[], { plan, jobsPlan }: Deployment): CostLine[] {
  const plans = [plan, ...(jobsPlan === null ? [] : [jobsPlan])];
  return [
    ...plans.map((it) => ({ what: partsOf(it), dollars: costOfPlan(it) })),
    ...additionalCosts(
      diffs.map(({ stack }) => stack),
      plan.region,
    ),
  ];
}

function partsOf({ name, nodeType, network: { natGateways } }: Plan): string {
  const gateways = natGateways === 0 ? '' : ` and ${counted(natGateways, 'NAT gateway')}`;
  return `${name}: ${nodeType}, backups${gateways}`;
}

/** The same at a terminal. What is known is added up, and what is not known is said. */
export function costLines(costs: readonly CostLine[], paint: Paint): string[] {
  const known = costs.filter((cost) => cost.dollars !== null);
  const rows = costs.map((cost) => [cost.what, dollars(cost.dollars)]);
  const sum = known.length === costs.length ? 'together' : 'together, without what is unknown';
  const columns = [{ title: '' }, { title: '', align: 'right' }] as const;
  const together = [paint.heading(sum), paint.heading(dollars(total(known)))];
  const [, ...lines] = table(columns, [...rows, together]);
  return [
    paint.heading('A month'),
    ...lines,
    paint.quiet('  Logs, traffic, requests and public addresses come on top.'),
  ];
}
