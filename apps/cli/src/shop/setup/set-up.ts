import type { Shop } from '@bookedbarber/contract';
import type { Api } from '../../shared/api/api.ts';
import { ApiFailure } from '../../shared/api/api-failure.ts';
import type { Progress } from '../../shared/terminal/progress.ts';
import { Failure } from '../../shared/user-error.ts';
import { shopPath } from '../file/shop-address.ts';
import { closeDays } from './close-days.ts';
import { setUpBarbers } from './set-up-barbers.ts';
import { setUpServices } from './set-up-services.ts';
import type { ShopPlan } from './shop-plan.ts';

/** The result of applying a plan. */
export type SetUp = {
  slug: string;
  shopCreated: boolean;
  servicesCreated: number;
  barbersCreated: number;
  closedDaysAdded: number;
  /** Ids by code. */
  serviceIds: ReadonlyMap<string, string>;
  barberIds: ReadonlyMap<string, string>;
};

/** The shop with this slug, or undefined. */
export async function findShop(api: Api, slug: string): Promise<Shop | undefined> {
  try {
    return await api.get<Shop>(shopPath(slug));
  } catch (error) {
    if (error instanceof ApiFailure && error.code === 'shop_not_found') return undefined;
    throw error;
  }
}

/**
 * Creates the records of the plan that the server lacks. Existing shops, services and barbers are not updated, because
 * staff may have changed them. Codes identify services and barbers.
 */
export async function setUp(api: Api, plan: ShopPlan, progress: Progress): Promise<SetUp> {
  const { slug } = plan.shop;
  const found = await findShop(api, slug);
  refuseUnknownCodes(plan, found);
  const shop = found ?? (await api.post<Shop>('/shops', plan.shop));
  const services = await setUpServices(api, plan, shop, progress);
  const barbers = await setUpBarbers(api, plan, services.ids, progress);
  const closedDaysAdded = await closeDays(api, plan, progress);
  return {
    slug,
    shopCreated: found === undefined,
    servicesCreated: services.created,
    barbersCreated: barbers.created,
    closedDaysAdded,
    serviceIds: services.ids,
    barberIds: barbers.ids,
  };
}

/** Runs before the first request, so that an error does not leave an incomplete shop. */
function refuseUnknownCodes({ services, barbers }: ShopPlan, found: Shop | undefined): void {
  const known = new Set([...services, ...(found?.services ?? [])].map((service) => service.code));
  const details = barbers.flatMap(({ name, serviceCodes }) =>
    (serviceCodes === 'all' ? [] : serviceCodes)
      .filter((code) => !known.has(code))
      .map((code) => `${name}: no service has the code ${code}`),
  );
  if (details.length === 0) return;
  throw new Failure('service_unknown', 'The barbers offer services that the shop does not have.', {
    details,
    remediation: 'Correct the codes, or add these services.',
  });
}
