import type { Service, Shop } from '@bookedbarber/contract';
import type { Api } from '../../shared/api/api.ts';
import { ApiFailure } from '../../shared/api/api-failure.ts';
import type { Progress } from '../../shared/terminal/progress.ts';
import { Failure } from '../../shared/user-error.ts';
import { shopPath } from '../file/shop-address.ts';
import type { ShopPlan } from './shop-plan.ts';

/** Ids by code of all records there are now, and how many of them are new. */
export type Made = { ids: Map<string, string>; created: number };

/** Makes the services of the plan that the shop does not have. Throws Failure. */
export async function setUpServices(api: Api, plan: ShopPlan, shop: Shop, progress: Progress): Promise<Made> {
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
    remediation: 'Switch it on again or give it another code, then run the same command again.',
    cause: error,
  });
}
