import { type AdditionalPrices, additionalPrices } from '@bookedbarber/elasticache';
import { counted } from '../../shared/terminal/words.ts';
import type { PlannedStack } from '../stacks/assembly.ts';
import { type Resource, referencesIn, type Template } from '../stacks/template.ts';

/** What something costs a month, in US dollars; null: no price is known. */
export type CostLine = { readonly what: string; readonly dollars: number | null };

type Priced = {
  /** How it is called, for one and for many. */
  readonly one: string;
  readonly many?: string;
  /** How many of it a resource is. Default one. */
  readonly count?: (resource: Resource, template: Template) => number;
  /** US dollars a month for one of these. */
  readonly dollars: (resource: Resource, prices: AdditionalPrices, template: Template) => number | null;
};

/** Resources that cost something as long as they stand, by their type. Replication groups and NAT gateways are the plan's. */
const priced: Readonly<Record<string, Priced>> = {
  'AWS::RDS::DBInstance': {
    one: 'database',
    // Prices of PostgreSQL have not been read for enough sizes: unknown is said, and nothing is guessed.
    dollars: () => null,
  },
  'AWS::ECS::Service': {
    one: 'task on Fargate',
    many: 'tasks on Fargate',
    count: tasksOf,
    dollars: (service, prices, template) =>
      taskDollars(referred(service, 'TaskDefinition', template), prices),
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

/** What stands in the templates around the caches and costs whether it is used or not, a line for each kind. */
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

/** The sum; null as soon as a part of it is not known. */
export function total(lines: readonly { readonly dollars: number | null }[]): number | null {
  return lines.reduce<number | null>(
    (sum, { dollars }) => (sum === null || dollars === null ? null : sum + dollars),
    0,
  );
}

/** An endpoint of a gateway costs nothing. */
function isFree({ Type: type, Properties: { VpcEndpointType: kind } = {} }: Resource): boolean {
  return type === 'AWS::EC2::VPCEndpoint' && kind !== 'Interface';
}

/** How many run when there is little to do: what the service says, or the least that its scaling goes down to. */
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

/** Units of a definition are 1024ths of a vCPU, and MiB. */
function taskDollars(task: Resource | undefined, { taskVcpu, taskGb }: AdditionalPrices): number {
  const { Cpu: cpu, Memory: memory } = task?.Properties ?? {};
  return (Number(cpu) / 1024) * taskVcpu + (Number(memory) / 1024) * taskGb;
}

function referred(resource: Resource, property: string, { Resources: all }: Template): Resource | undefined {
  const [id = ''] = referencesIn(resource.Properties?.[property]);
  return all[id];
}
