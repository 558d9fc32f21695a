import type { Policy, Service, ShopSummary } from '@bookedbarber/contract';
import type { ServiceRecord, ShopRecord } from './catalog.ts';

export function toShopSummary({ slug, name, zone, address }: ShopRecord): ShopSummary {
  return { slug, name, zone, address };
}

export function toPolicy(shop: ShopRecord): Policy {
  return {
    slot_interval_minutes: shop.slotIntervalMinutes,
    min_notice_minutes: shop.minNoticeMinutes,
    max_advance_days: shop.maxAdvanceDays,
    same_day_cutoff_minute: shop.sameDayCutoffMinute,
    change_notice_minutes: shop.changeNoticeMinutes,
    requires_approval: shop.requiresApproval,
    reminders: shop.reminders,
    quiet_hours:
      shop.quietFromMinute === null || shop.quietUntilMinute === null
        ? null
        : { from_minute: shop.quietFromMinute, until_minute: shop.quietUntilMinute },
    daily_schedule_minute: shop.dailyScheduleMinute,
    no_show_follow_up: shop.noShowFollowUp,
  };
}

export function toService(service: ServiceRecord): Service {
  return {
    id: service.id,
    code: service.code,
    name: service.name,
    category: service.category,
    description: service.description,
    duration_minutes: service.durationMinutes,
    price_cents: service.priceCents,
  };
}
