import type { DateOverride, DateOverrideInput, DateOverrideList } from '@bookedbarber/contract';
import type { Api } from '../../shared/api/api.ts';
import type { Progress } from '../../shared/terminal/progress.ts';
import { shopPath } from '../file/shop-address.ts';
import type { ShopPlan } from './shop-plan.ts';

/** Closes days of the shop. Days with an existing override are skipped. Returns the number of closed days. */
export async function closeDays(api: Api, plan: ShopPlan, progress: Progress): Promise<number> {
  let added = 0;
  for (const { date, reason } of plan.closedDays) {
    progress.show(`Closing ${date}`);
    const path = `${shopPath(plan.shop.slug)}/overrides`;
    const { overrides } = await api.get<DateOverrideList>(
      `${path}?${new URLSearchParams({ from: date, days: '1' })}`,
    );
    if (overrides.some((override) => override.barber_id === null)) continue;
    const input: DateOverrideInput = { date, periods: [], reason };
    await api.post<DateOverride>(path, input);
    added += 1;
  }
  return added;
}
