import { type AdditionalPrices, additionalPrices } from '@bookedbarber/elasticache';
import { counted } from '../../shared/terminal/words.ts';
import type { PlannedStack } from '../stacks/assembly.ts';
import { type Resource, referencesIn, type Template } from '../stacks/template.ts';

/** A cost in US dollars per month; null if the price is unknown. */
export type CostLine = { readonly what: string; readonly dollars: number | null };

type Priced = {
  /** Name in the singular, and in the plural if it is not `one` with an "s". */
  readonly one: string;
  readonly many?: string;
  /** Number of priced units in a resource. @default 1 */
  readonly count?: (resource: Resource, template: Template) => number;
  /** US dollars per month for one unit. */
  readonly dollars: (resource: Resource, prices: AdditionalPrices, template: Template) => number | null;
};

/** Resources with a fixed cost, by type. The plan prices replication groups and NAT gateways. */
const priced: Readonly<Record<string, Priced>> = {
  'AWS::RDS::DBInstance': {
    one: 'database',
    // No prices of RDS for PostgreSQL are recorded.
    dollars: () => null,
  },
  'AWS::ECS::Service': {
    one: 'task on Fargate',
    many: 'tasks on Fargate',
    count: tasksOf,
    dollars: (service, prices, template) =>
      taskDollars(referencedResource(service, 'TaskDefinition', template), prices),
  },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    one: 'load balancer',
    dollars: (_, { loadBalancer }) => loadBalancer,
  },
  'AWS::EC2::VPCEndpoint': {
    one: 'interface endpoint, in each of its zones',
    many: 'interface endpoints, in each of their zones',
    dollars: ({ Properties: { SubnetIds: subnets } = {} }, { endpointInZone }) =>
      (Array.isArray(subnets) ? subnets.length : 1) * endpointInZone,
  },
  'AWS::CloudWatch::Alarm': {
    one: 'alarm',
    dollars: ({ Properties: { Metrics: metrics } = {} }, { alarmMetric }) =>
      (Array.isArray(metrics) ? metrics.filter((it) => 'MetricStat' in it).length : 1) * alarmMetric,
  },
  'AWS::CloudWatch::Dashboard': { one: 'dashboard', dollars: (_, { dashboard }) => dashboard },
  'AWS::KMS::Key': { one: 'key', dollars: (_, { key }) => key },
  'AWS::SecretsManager::Secret': { one: 'secret', dollars: (_, { secret }) => secret },
};

/** Fixed costs of the resources beside the caches, one line per resource type. */
export function additionalCosts(
  stacks: readonly Pick<PlannedStack, 'template'>[],
  region: string,
): CostLine[] {
  const prices = additionalPrices(region);
  return Object.entries(priced).flatMap(([type, { one, many, count = () => 1, dollars }]) => {
    const all = stacks.flatMap(({ template }) =>
      Object.values(template.Resources)
        .filter((resource) => resource.Type === type && !isFree(resource))
        .map((resource) => {
          const times = count(resource, template);
          const each = prices === null ? null : dollars(resource, prices, template);
          return { count: times, dollars: each === null ? null : times * each };
        }),
    );
    const what = counted(
      all.reduce((sum, it) => sum + it.count, 0),
      one,
      many,
    );
    return all.length === 0 ? [] : [{ what, dollars: total(all) }];
  });
}

/** The sum; null if a part is unknown. */
export function total(lines: readonly { readonly dollars: number | null }[]): number | null {
  return lines.reduce<number | null>(
    (sum, { dollars }) => (sum === null || dollars === null ? null : sum + dollars),
    0,
  );
}

/** Gateway endpoints are free. */
function isFree({ Type: type, Properties: { VpcEndpointType: kind } = {} }: Resource): boolean {
  return type === 'AWS::EC2::VPCEndpoint' && kind !== 'Interface';
}

/** Minimum number of running tasks: the desired count of the service, or the minimum capacity of its scaling. */
function tasksOf(service: Resource, { Resources: all }: Template): number {
  const desired = service.Properties?.['DesiredCount'];
  if (typeof desired === 'number') return desired;
  const [id = ''] = Object.entries(all).find(([, resource]) => resource === service) ?? [];
  const scaling = Object.values(all).find(
    ({ Type: type, Properties: properties = {} }) =>
      type === 'AWS::ApplicationAutoScaling::ScalableTarget' &&
      referencesIn(properties['ResourceId']).includes(id),
  );
  return Number(scaling?.Properties?.['MinCapacity'] ?? 1);
}

/** The units of a task definition are 1/1024 vCPU and MiB. */
function taskDollars(task: Resource | undefined, { taskVcpu, taskGb }: AdditionalPrices): number {
  const { Cpu: cpu, Memory: memory } = task?.Properties ?? {};
  return (Number(cpu) / 1024) * taskVcpu + (Number(memory) / 1024) * taskGb;
}

function referencedResource(
  resource: Resource,
  property: string,
  { Resources: all }: Template,
): Resource | undefined {
  const [id = ''] = referencesIn(resource.Properties?.[property]);
  return all[id];
}
