import type { Barber, BarberInput, BarberList } from '@bookedbarber/contract';
import type { Api } from '../../shared/api/api.ts';
import type { Progress } from '../../shared/terminal/progress.ts';
import { shopPath } from '../file/shop-address.ts';
import type { CreatedRecords } from './set-up-services.ts';
import type { BarberPlan, ShopPlan } from './shop-plan.ts';

/** Creates the barbers of the plan that the shop lacks. `serviceIds` are by code. Throws Failure. */
export async function setUpBarbers(
  api: Api,
  plan: ShopPlan,
  serviceIds: ReadonlyMap<string, string>,
  progress: Progress,
): Promise<CreatedRecords> {
  const path = `${shopPath(plan.shop.slug)}/barbers`;
  const { barbers } = await api.get<BarberList>(path);
  const ids = new Map(barbers.map((barber) => [barber.code ?? '', barber.id]));
  const missing = plan.barbers.filter((barber) => !ids.has(barber.code));
  for (const [index, barber] of missing.entries()) {
    progress.show(`Creating barbers: ${index + 1} of ${missing.length}`);
    ids.set(barber.code, (await api.post<Barber>(path, toInput(barber, serviceIds))).id);
  }
  return { ids, created: missing.length };
}

function toInput(barber: BarberPlan, serviceIds: ReadonlyMap<string, string>): BarberInput {
  return {
    code: barber.code,
    name: barber.name,
    ...(barber.email === undefined ? {} : { email: barber.email }),
    service_ids: idsOf(barber.serviceCodes, serviceIds),
    schedule: barber.schedule,
  };
}

function idsOf(codes: BarberPlan['serviceCodes'], serviceIds: ReadonlyMap<string, string>): string[] {
  if (codes === 'all') return [...serviceIds.values()];
  return codes.map((code) => serviceIds.get(code)).filter((id) => id !== undefined);
}
