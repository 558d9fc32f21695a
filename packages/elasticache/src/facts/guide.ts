import type { BusinessSize } from '../sizing/figures.ts';
import { type Source, setupGuide } from './sources.ts';

/** A row of the guide's sizing table, quoted as is: its memory and prices are wrong. */
export type GuideRow = {
  readonly business: string;
  readonly node: string;
  readonly memoryGb: number;
  readonly dollars: number;
  /** The upper end of each range in the guide; figures that the guide omits are estimated. */
  readonly figures: BusinessSize;
  readonly source: Source;
};

const row = (
  business: string,
  node: string,
  memoryGb: number,
  dollars: number,
  [barbers, locations, users]: readonly [number, number, number],
): GuideRow => ({
  business,
  node,
  memoryGb,
  dollars,
  figures: { barbers, locations, users, bookingsPerDay: barbers * 16 },
  source: setupGuide,
});

/** The guide gives barbers for shops, locations for the chain, and only users for an enterprise. */
export const guideRows: readonly GuideRow[] = [
  row('Small shop, 1-5 barbers', 'cache.t4g.small', 1.55, 30, [5, 1, 500]),
  row('Medium shop, 5-15 barbers', 'cache.t4g.medium', 3.09, 60, [15, 1, 1500]),
  row('Large chain, 15+ locations', 'cache.r6g.large', 13.07, 120, [120, 15, 5000]),
  row('Enterprise', 'cache.r6g.xlarge', 26.32, 240, [320, 40, 10_000]),
];
