import { type Plan, parametersOfPlan } from '@bookedbarber/elasticache';
import { onAws } from './aws-failure.ts';
import { openElastiCache } from './clients.ts';

/** A parameter of a plan, and its value in a parameter group; null when the group does not report it. */
export type Parameter = { readonly name: string; readonly value: string | null; readonly expected: string };

/** The parameters of a plan as a parameter group has them. Throws Failure. */
export async function parametersOfGroup(plan: Plan, group: string): Promise<Parameter[]> {
  const values = await onAws(
    `Reading the parameter group ${group} (elasticache:DescribeCacheParameters)`,
    () => valuesOf(plan.region, group),
  );
  return Object.entries(parametersOfPlan(plan)).map(([name, expected]) => ({
    name,
    value: values.get(name) ?? null,
    expected,
  }));
}

async function valuesOf(region: string, group: string): Promise<Map<string, string>> {
  const client = await openElastiCache(region);
  const values = new Map<string, string>();
  let marker: string | undefined;
  do {
    const page = await client.describeCacheParameters({
      CacheParameterGroupName: group,
      ...(marker === undefined ? {} : { Marker: marker }),
    });
    for (const { ParameterName: name, ParameterValue: value } of page.Parameters ?? [])
      if (name !== undefined && value !== undefined) values.set(name, value);
    marker = page.Marker;
  } while (marker !== undefined && marker !== '');
  return values;
}

/** The name of the parameter group of a node, or null when AWS does not report it. Throws Failure. */
export function parameterGroupOf(plan: Plan, node: string): Promise<string | null> {
  return onAws(`Describing the node ${node} (elasticache:DescribeCacheClusters)`, async () => {
    const client = await openElastiCache(plan.region);
    const { CacheClusters: nodes } = await client.describeCacheClusters({ CacheClusterId: node });
    return nodes?.[0]?.CacheParameterGroup?.CacheParameterGroupName ?? null;
  });
}
