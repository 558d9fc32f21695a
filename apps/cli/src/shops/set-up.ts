import type { Barber, BarberInput, BarberList, DateOverride, Service, Shop } from '@bookedbarber/contract';
import type { Api } from '../connection/api.ts';
import { ApiFailure } from '../connection/api-failure.ts';
import { Failure } from '../failures.ts';
import type { Progress } from '../terminal/progress.ts';
import type { BarberPlan, ShopPlan } from './shop-plan.ts';

/** What carrying out a plan came to. */
export type SetUp = {
  slug: string;
  shopCreated: boolean;
  servicesCreated: number;
  barbersCreated: number;
  closedDaysAdded: number;
  /** Ids by code, of the plan's services and barbers. */
  serviceIds: ReadonlyMap<string, string>;
  barberIds: ReadonlyMap<string, string>;
};

/** Path of a shop below /api/v1. */
export function shopPath(slug: string): string {
  return `/shops/${encodeURIComponent(slug)}`;
}

/** The shop of that slug, or undefined when there is none. */
export async function findShop(api: Api, slug: string): Promise<Shop | undefined> {
  try {
    return await api.get<Shop>(shopPath(slug));
  } catch (error) {
    if (error instanceof ApiFailure && error.code === 'shop_not_found') return undefined;
    throw error;
  }
}

/**
 * Makes what the plan holds and the server does not. A shop, service or barber that is there already stays as it is,
 * whatever the plan says: people may have changed it since. Services and barbers are told apart by their codes.
 */
export async function setUp(api: Api, plan: ShopPlan, progress: Progress): Promise<SetUp> {
  const { slug } = plan.shop;
  const found = await findShop(api, slug);
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

type Made = { ids: Map<string, string>; created: number };

async function setUpServices(api: Api, plan: ShopPlan, shop: Shop, progress: Progress): Promise<Made> {
  const ids = new Map(shop.services.map((service) => [service.code, service.id]));
  const missing = plan.services.filter((service) => !ids.has(service.code));
  for (const [index, service] of missing.entries()) {
    progress.show(`Making services: ${index + 1} of ${missing.length}`);
    try {
      const made = await api.post<Service>(`${shopPath(plan.shop.slug)}/services`, service);
      ids.set(service.code, made.id);
    } catch (error) {
      throw explainHiddenService(error, service.code);
    }
  }
  return { ids, created: missing.length };
}

/** A service that was switched off is not in the list of the shop, and its code is taken all the same. */
function explainHiddenService(error: unknown, code: string): unknown {
  if (!(error instanceof ApiFailure) || error.code !== 'record_conflict') return error;
  return new Failure('service_inactive', `The shop has a service ${code} that is switched off.`, {
    mend: 'Switch it on again or give it another code, then run the same command again.',
    cause: error,
  });
}

async function setUpBarbers(
  api: Api,
  plan: ShopPlan,
  serviceIds: ReadonlyMap<string, string>,
  progress: Progress,
): Promise<Made> {
  const path = `${shopPath(plan.shop.slug)}/barbers`;
  const { barbers } = await api.get<BarberList>(path);
  const ids = new Map(barbers.map((barber) => [barber.code ?? '', barber.id]));
  const missing = plan.barbers.filter((barber) => !ids.has(barber.code));
  for (const [index, barber] of missing.entries()) {
    progress.show(`Making barbers: ${index + 1} of ${missing.length}`);
    ids.set(barber.code, (await api.post<Barber>(path, toInput(barber, serviceIds))).id);
  }
  return { ids, created: missing.length };
}

function toInput(barber: BarberPlan, serviceIds: ReadonlyMap<string, string>): BarberInput {
  return {
    code: barber.code,
    name: barber.name,
    ...(barber.email === undefined ? {} : { email: barber.email }),
    service_ids: barber.serviceCodes.map((code) => serviceIds.get(code)).filter((id) => id !== undefined),
    schedule: barber.schedule,
  };
}

type DateOverrides = { overrides: DateOverride[] };

/** Closes days of the shop; a day that has an override already keeps it. */
async function closeDays(api: Api, plan: ShopPlan, progress: Progress): Promise<number> {
  let added = 0;
  for (const { date, reason } of plan.closedDays) {
    progress.show(`Closing ${date}`);
    const path = `${shopPath(plan.shop.slug)}/overrides`;
    const { overrides } = await api.get<DateOverrides>(
      `${path}?${new URLSearchParams({ from: date, days: '1' })}`,
    );
    if (overrides.some((override) => override.barber_id === null)) continue;
    await api.post<DateOverride>(path, { date, periods: [], reason });
    added += 1;
  }
  return added;
}
