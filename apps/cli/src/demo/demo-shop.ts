import { Temporal } from 'temporal-polyfill';
import { parseHours } from '../shop/file/opening-hours.ts';
import type { ShopPlan } from '../shop/setup/shop-plan.ts';

export const demoSlug = 'lantern-street';
export const demoName = 'Lantern Street Barbers';
export const demoZone = 'America/New_York';

/** Set in the last step of creating the demo shop: without it, the shop is incomplete. */
export const demoEmail = 'hello@lantern-street.example';

/** The time off of one barber: `days` days, starting `inDays` days from today. */
export const demoTimeOff = { barberCode: 'tobias', inDays: 9, days: 3, reason: 'Family visit' } as const;

/** A demo shop that shows the features of the platform. `today`: the date in the time zone of the shop. */
export function demoPlan(slug: string, today: string): ShopPlan {
  return {
    shop: {
      organisation: { slug: 'lantern-street', name: 'Lantern Street' },
      slug,
      name: demoName,
      zone: demoZone,
      currency: 'USD',
      country: 'US',
      address: '48 Lantern Street, Providence, RI 02903',
      phone: '+1 401 555 0142',
      policy: {
        slot_interval_minutes: 10,
        min_notice_minutes: 60,
        max_advance_days: 60,
        change_notice_minutes: 240,
      },
    },
    services: demoServices,
    barbers: [
      {
        code: 'mara',
        name: 'Mara Okafor',
        serviceCodes: 'all',
        schedule: parseHours({ 'tue-fri': '09:00-12:30, 13:00-18:00', sat: '09:00-15:00' }),
      },
      {
        code: 'tobias',
        name: 'Tobias Lind',
        serviceCodes: ['CUT', 'FADE', 'LONG', 'KIDS', 'CUTBEARD', 'BEARD'],
        schedule: parseHours({ 'mon-fri': '10:00-14:00, 14:30-19:00' }),
      },
      {
        code: 'ines',
        name: 'Ines Carvalho',
        serviceCodes: ['CUT', 'FADE', 'CUTBEARD', 'BEARD', 'SHAVE', 'GREY'],
        schedule: parseHours({
          'wed,fri': '11:00-15:00, 15:30-19:00',
          thu: '13:00-17:00, 17:30-21:00',
          sat: '09:00-15:00',
        }),
      },
      {
        code: 'devon',
        name: 'Devon Achterberg',
        serviceCodes: ['CUT', 'LONG', 'KIDS', 'GREY', 'SCALP'],
        schedule: parseHours({ 'tue,thu': '09:00-13:00, 13:45-17:30', sat: '08:30-14:30' }),
      },
    ],
    closedDays: [{ date: midweekAfter(today, 16), reason: 'Closed: Lantern Street fair' }],
  };
}

export const demoServices: ShopPlan['services'] = [
  { code: 'CUT', name: 'Haircut', category: 'Hair', duration_minutes: 30, price_cents: 3800 },
  {
    code: 'FADE',
    name: 'Skin fade',
    category: 'Hair',
    description: 'Clippers down to the skin, blended by hand.',
    duration_minutes: 40,
    price_cents: 4600,
  },
  { code: 'LONG', name: 'Long haircut', category: 'Hair', duration_minutes: 50, price_cents: 5800 },
  { code: 'KIDS', name: "Children's haircut", category: 'Hair', duration_minutes: 30, price_cents: 2800 },
  { code: 'BEARD', name: 'Beard trim', category: 'Beard', duration_minutes: 20, price_cents: 2200 },
  {
    code: 'SHAVE',
    name: 'Hot towel shave',
    category: 'Beard',
    description: 'With a straight razor, and a cold towel at the end.',
    duration_minutes: 40,
    buffer_after_minutes: 10,
    price_cents: 4400,
  },
  {
    code: 'CUTBEARD',
    name: 'Haircut and beard',
    category: 'Packages',
    duration_minutes: 50,
    price_cents: 5600,
  },
  { code: 'GREY', name: 'Gray blending', category: 'Color', duration_minutes: 40, price_cents: 4800 },
  { code: 'SCALP', name: 'Scalp treatment', category: 'Care', duration_minutes: 20, price_cents: 2600 },
];

/** The first Wednesday at least `days` after the date. */
function midweekAfter(date: string, days: number): string {
  const earliest = Temporal.PlainDate.from(date).add({ days });
  return earliest.add({ days: (3 - earliest.dayOfWeek + 7) % 7 }).toString();
}
