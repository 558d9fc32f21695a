import type { ShopFile } from './shop-file.ts';

/** The output of `shop create --example`: a complete shop to edit. */
export const shopExample: ShopFile = {
  slug: 'harbour-lane',
  name: 'Harbour Lane Barbers',
  zone: 'America/New_York',
  currency: 'USD',
  country: 'US',
  address: '12 Harbour Lane, Portland, ME 04101',
  phone: '+1 207 555 0142',
  email: 'hello@harbour-lane.example',
  organisation: { slug: 'harbour-lane', name: 'Harbour Lane' },
  policy: {
    slot_interval_minutes: 15,
    min_notice_minutes: 120,
    max_advance_days: 60,
    same_day_cutoff_minute: null,
    change_notice_minutes: 240,
    requires_approval: false,
    reminders: ['P1D', 'PT2H'],
    quiet_hours: { from_minute: 1260, until_minute: 480 },
    daily_schedule_minute: 420,
    no_show_follow_up: true,
  },
  services: [
    { code: 'CUT', name: 'Haircut', category: 'Hair', duration_minutes: 30, price_cents: 3800 },
    { code: 'BEARD', name: 'Beard trim', category: 'Beard', duration_minutes: 20, price_cents: 2200 },
    {
      code: 'SHAVE',
      name: 'Hot towel shave',
      category: 'Beard',
      description: 'With a straight razor.',
      duration_minutes: 40,
      buffer_after_minutes: 5,
      price_cents: 4200,
    },
  ],
  barbers: [
    {
      name: 'Ada Moreau',
      hours: { 'tue-fri': '09:00-12:30, 13:00-18:00', sat: '09:00-15:00' },
    },
    {
      name: 'Jonas Whitfield',
      email: 'jonas@harbour-lane.example',
      services: ['CUT', 'BEARD'],
      hours: { 'mon-wed': '10:00-18:00', thu: '12:00-21:00' },
    },
  ],
  closed: [{ date: '2030-12-25', reason: 'Christmas Day' }],
};
