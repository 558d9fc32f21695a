import type { Hold, HoldInput } from '@bookedbarber/contract';
import type { Segment } from '../../shared/api/queries.ts';

/** A hold and the choice it was taken for. It names no person, and lives in this tab so that a reload keeps it. */
export interface StoredHold {
  wish: string;
  hold: Hold;
}

/** One text for one choice of services, barbers and start. */
export const holdRequestKey = (segments: readonly Segment[], start: string): string =>
  JSON.stringify(holdInput(segments, start));

export const holdInput = (segments: readonly Segment[], start: string): HoldInput => ({
  segments: segments.map(({ serviceId, barberId }) => ({ service_id: serviceId, barber_id: barberId })),
  start,
});

const place = (slug: string): string => `bookedbarber:hold:${slug}`;

export function readStoredHold(slug: string): StoredHold | null {
  try {
    return JSON.parse(sessionStorage.getItem(place(slug)) ?? 'null') as StoredHold | null;
  } catch {
    return null;
  }
}

/** Remembers a hold for this tab; null forgets it. */
export function storeHold(slug: string, kept: StoredHold | null): void {
  try {
    if (kept) sessionStorage.setItem(place(slug), JSON.stringify(kept));
    else sessionStorage.removeItem(place(slug));
  } catch {
    // Storage can be switched off; then a reload takes a new hold.
  }
}
