import type { Engine } from './engines.ts';
import { infracost, infracostAdditional, priceList, type Source, userGuide } from './sources.ts';

/** Hours of a month as AWS and everybody else count them. */
export const hoursPerMonth = 730;

/** US dollars a month for one node, on demand. */
type NodePrice = { readonly node: string; readonly redis: number; readonly valkey: number };

/** US dollars a month, on demand, of what stands around a cache whether it is used or not. */
export type AdditionalPrices = {
  /** An Application Load Balancer, without its capacity units. */
  readonly loadBalancer: number;
  /** Fargate on x86, for each vCPU and each GB of a task. */
  readonly taskVcpu: number;
  readonly taskGb: number;
  /** An interface endpoint in one zone, without what goes through it. */
  readonly endpointInZone: number;
  /** A key of one's own, without requests. */
  readonly key: number;
  /** A secret, without requests. */
  readonly secret: number;
  /** An alarm, for each metric that it reads at standard resolution. */
  readonly alarmMetric: number;
  readonly dashboard: number;
  readonly source: Source;
};

type RegionPrices = {
  readonly nodes: readonly NodePrice[];
  readonly nodeSource: Source;
  /** A month of one NAT gateway, without the data that goes through it. */
  readonly natGateway: number;
  readonly natPerGb: number;
  readonly natSource: Source;
  readonly additionalPrices: AdditionalPrices;
};

/** Regions whose prices have been read. Of any other region a price is unknown, not guessed. */
const regions: Readonly<Record<string, RegionPrices>> = {
  'us-east-1': {
    nodes: [
      { node: 'cache.t4g.small', redis: 23.36, valkey: 18.69 },
      { node: 'cache.t4g.medium', redis: 47.45, valkey: 37.96 },
      { node: 'cache.r6g.large', redis: 150.38, valkey: 120.3 },
      { node: 'cache.r6g.xlarge', redis: 300.03, valkey: 240.02 },
      { node: 'cache.r7g.large', redis: 159.87, valkey: 127.9 },
    ],
    nodeSource: priceList,
    natGateway: 32.85,
    natPerGb: 0.045,
    natSource: infracost,
    additionalPrices: {
      loadBalancer: 16.43,
      taskVcpu: 29.55,
      taskGb: 3.245,
      endpointInZone: 7.3,
      key: 1,
      secret: 0.4,
      alarmMetric: 0.1,
      dashboard: 3,
      source: infracostAdditional,
    },
  },
};

export const pricedRegions: readonly string[] = Object.keys(regions);

/** US dollars a month for one node, or null where no price is known. */
export function nodePricePerMonth(region: string, node: string, engine: Engine): number | null {
  return ofRegion(region)?.nodes.find((price) => price.node === node)?.[engine] ?? null;
}

/** US dollars a month for each GB of backups, in all regions alike. The newest backup of a cluster is free. */
export const backupPricePerGb: { readonly dollars: number; readonly free: number; readonly source: Source } =
  {
    dollars: 0.085,
    free: 1,
    source: userGuide,
  };

/** US dollars a month for a NAT gateway and for each GB through it, or null where no price is known. */
export function natPrice(region: string): { gateway: number; perGb: number } | null {
  const prices = ofRegion(region);
  return prices === undefined ? null : { gateway: prices.natGateway, perGb: prices.natPerGb };
}

/** What stands around a cache, or null where no price is known. */
export function additionalPrices(region: string): AdditionalPrices | null {
  return ofRegion(region)?.additionalPrices ?? null;
}

/** Where the prices of a region were read; null for a region without any. */
export function priceSources(region: string): { nodes: Source; nat: Source } | null {
  const prices = ofRegion(region);
  return prices === undefined ? null : { nodes: prices.nodeSource, nat: prices.natSource };
}

function ofRegion(region: string): RegionPrices | undefined {
  return Object.hasOwn(regions, region) ? regions[region] : undefined;
}
