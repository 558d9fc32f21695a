import type { Service, Shop } from '@bookedbarber/contract';
import type { Api } from '../../shared/api/api.ts';
import { ApiFailure } from '../../shared/api/api-failure.ts';
import type { Progress } from '../../shared/terminal/progress.ts';
import { Failure } from '../../shared/user-error.ts';
import { shopPath } from '../file/shop-address.ts';
import type { ShopPlan } from './shop-plan.ts';

/** Ids by code of all existing records, and the number of new ones. */
export type CreatedRecords = { ids: Map<string, string>; created: number };

/** Creates the services of the plan that the shop lacks. Throws Failure. */
export async function setUpServices(
  api: Api,
  plan: ShopPlan,
  shop: Shop,
  progress: Progress,
): Promise<CreatedRecords> {
  const ids = new Map(shop.services.map((service) => [service.code, service.id]));
  const missing = plan.services.filter((service) => !ids.has(service.code));
  for (const [index, service] of missing.entries()) {
    progress.show(`Creating services: ${index + 1} of ${missing.length}`);
    try {
      const created = await api.post<Service>(`${shopPath(plan.shop.slug)}/services`, service);
      ids.set(service.code, created.id);
    } catch (error) {
      throw explainHiddenService(error, service.code);
    }
  }
  return { ids, created: missing.length };
}

/** An inactive service is not in the list of the shop, but its code is still in use. */
function explainHiddenService(error: unknown, code: string): unknown {
  if (!(error instanceof ApiFailure) || error.code !== 'record_conflict') return error;
  return new Failure('service_inactive', `The shop has an inactive service with the code ${code}.`, {
    remediation: 'Activate the service or change its code, and run the same command again.',
    cause: error,
  });
}
