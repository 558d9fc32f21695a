import type { Plan } from '@bookedbarber/elasticache';
import { costOfPlan } from '../../plan/cost-of-plan.ts';
import { dollars } from '../../plan/dollars.ts';
import type { Paint } from '../../shared/terminal/paint.ts';
import { table } from '../../shared/terminal/table.ts';
import { counted } from '../../shared/terminal/words.ts';
import type { Deployment } from '../deployment-file.ts';
import type { StackDiff } from '../stacks/stack-diff.ts';
import { additionalCosts, type CostLine, total } from './other-costs.ts';

/** The monthly cost of each part of a deployment: its caches and the other resources of its templates. */
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

/** The costs as terminal output. The total omits unknown costs and then states this. */
export function costLines(costs: readonly CostLine[], paint: Paint): string[] {
  const known = costs.filter((cost) => cost.dollars !== null);
  const rows = costs.map((cost) => [cost.what, dollars(cost.dollars)]);
  const sum = known.length === costs.length ? 'total' : 'total without unknown costs';
  const columns = [{ title: '' }, { title: '', align: 'right' }] as const;
  const totalRow = [paint.heading(sum), paint.heading(dollars(total(known)))];
  const [, ...lines] = table(columns, [...rows, totalRow]);
  return [
    paint.heading('Monthly cost'),
    ...lines,
    paint.quiet('  Logs, traffic, requests and public addresses are not included.'),
  ];
}
