import type { Shop } from '@bookedbarber/contract';
import type { Segment } from '../../shared/api/queries.ts';
import { isCalendarDay } from '../../shared/time/calendar-day.ts';

/**
 * The selections of a visitor. They are stored in the URL query, so that reload, back, forward and shared links
 * preserve them. They never contain personal data.
 */
export interface Choice {
  step: Step;
  /** Services in the order in which they are performed. */
  segments: Segment[];
  /** Selected day, YYYY-MM-DD in the zone of the shop. */
  day: string | null;
  /** Selected start, in the format of the API. */
  start: string | null;
  /** Id of the completed booking; set only on the last step. */
  bookingId: string | null;
}

export const steps = ['services', 'barbers', 'time', 'details', 'booked'] as const;
export type Step = (typeof steps)[number];

/** Maximum services per booking, as in the API. */
export const maxServices = 5;

const isStep = (text: string | null): text is Step => (steps as readonly (string | null)[]).includes(text);

/** Reads `service={id}[:{barber id}]` (repeated), `step`, `day`, `start` and `booking`. Ignores invalid values. */
export function readChoice(search: string): Choice {
  const query = new URLSearchParams(search);
  const step = query.get('step');
  const day = query.get('day');
  const start = query.get('start');
  return {
    step: isStep(step) ? step : 'services',
    segments: query.getAll('service').map((text) => {
      const [serviceId = '', barberId = ''] = text.split(':');
      return { serviceId, barberId: barberId || null };
    }),
    day: day !== null && isCalendarDay(day) ? day : null,
    start:
      start !== null && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(start) && !Number.isNaN(Date.parse(start))
        ? start
        : null,
    bookingId: query.get('booking'),
  };
}

/** The query for a choice, starting with "?" unless it is empty. */
export function writeChoice(choice: Choice): string {
  const query = new URLSearchParams();
  for (const { serviceId, barberId } of choice.segments) {
    query.append('service', barberId === null ? serviceId : `${serviceId}:${barberId}`);
  }
  if (choice.day !== null) query.set('day', choice.day);
  if (choice.start !== null) query.set('start', choice.start);
  if (choice.bookingId !== null) query.set('booking', choice.bookingId);
  if (choice.step !== 'services') query.set('step', choice.step);
  const text = query.toString().replaceAll('%3A', ':');
  return text === '' ? '' : `?${text}`;
}

/** Removes services and barbers that the shop does not offer, and returns to the first incomplete step. */
export function fitToShop(choice: Choice, shop: Shop): Choice {
  const seen = new Set<string>();
  const segments = choice.segments
    .filter(({ serviceId }) => {
      const fits = !seen.has(serviceId) && barbersFor(shop, serviceId).length > 0;
      seen.add(serviceId);
      return fits;
    })
    .slice(0, maxServices)
    .map(({ serviceId, barberId }) => ({
      serviceId,
      barberId: barbersFor(shop, serviceId).some((barber) => barber.id === barberId) ? barberId : null,
    }));
  return { ...choice, segments, step: reachableStep({ ...choice, segments }) };
}

function reachableStep({ step, segments, start, bookingId }: Choice): Step {
  if (step === 'booked') return bookingId === null ? 'services' : 'booked';
  if (segments.length === 0) return 'services';
  return step === 'details' && start === null ? 'time' : step;
}

/** Barbers who offer a service; empty if the shop does not offer it online. */
export function barbersFor(shop: Shop, serviceId: string): Shop['barbers'] {
  if (!shop.services.some((service) => service.id === serviceId)) return [];
  return shop.barbers.filter((barber) => barber.service_ids.includes(serviceId));
}
