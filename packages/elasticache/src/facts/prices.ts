import type { Engine } from './engines.ts';
import { infracost, infracostAdditional, priceList, type Source, userGuide } from './sources.ts';

/** Hours of a month in AWS price calculations. */
export const hoursPerMonth = 730;

/** US dollars per month for one on-demand node. */
type NodePrice = { readonly node: string; readonly redis: number; readonly valkey: number };

/** US dollars per month for the resources that a deployment creates beside the cache, independent of usage. */
export type AdditionalPrices = {
  /** An Application Load Balancer, without its capacity units. */
  readonly loadBalancer: number;
  /** Fargate on x86, for each vCPU and each GB of a task. */
  readonly taskVcpu: number;
  readonly taskGb: number;
  /** An interface endpoint in one zone, without data processing. */
  readonly endpointInZone: number;
  /** A customer managed KMS key, without requests. */
  readonly key: number;
  /** A secret, without requests. */
  readonly secret: number;
  /** An alarm, per metric at standard resolution. */
  readonly alarmMetric: number;
  readonly dashboard: number;
  readonly source: Source;
};

type RegionPrices = {
  readonly nodes: readonly NodePrice[];
  readonly nodeSource: Source;
  /** One NAT gateway, without data processing. */
  readonly natGateway: number;
  readonly natPerGb: number;
  readonly natSource: Source;
  readonly additionalPrices: AdditionalPrices;
};

/** Regions with known prices. Prices of other regions are unknown, not estimated. */
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

/** US dollars per month for one node, or null if the price is unknown. */
export function nodePricePerMonth(region: string, node: string, engine: Engine): number | null {
  return ofRegion(region)?.nodes.find((price) => price.node === node)?.[engine] ?? null;
}

/** US dollars per GB of backups and month, in every region. The newest backup of a cluster is free. */
export const backupPricePerGb: { readonly dollars: number; readonly free: number; readonly source: Source } =
  {
    dollars: 0.085,
    free: 1,
    source: userGuide,
  };

/** US dollars per month for a NAT gateway and per GB processed, or null if the price is unknown. */
export function natPrice(region: string): { gateway: number; perGb: number } | null {
  const prices = ofRegion(region);
  return prices === undefined ? null : { gateway: prices.natGateway, perGb: prices.natPerGb };
}

/** Prices of the resources beside a cache, or null if they are unknown. */
export function additionalPrices(region: string): AdditionalPrices | null {
  return ofRegion(region)?.additionalPrices ?? null;
}

/** The sources of a region's prices, or null if they are unknown. */
export function priceSources(region: string): { nodes: Source; nat: Source } | null {
  const prices = ofRegion(region);
  return prices === undefined ? null : { nodes: prices.nodeSource, nat: prices.natSource };
}

function ofRegion(region: string): RegionPrices | undefined {
  return Object.hasOwn(regions, region) ? regions[region] : undefined;
}
