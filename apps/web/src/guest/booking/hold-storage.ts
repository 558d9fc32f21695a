import type { Hold, HoldInput } from '@bookedbarber/contract';
import type { Segment } from '../../shared/api/queries.ts';

/** A hold and the key of its request. Contains no personal data. Stored in this tab, so that it survives a reload. */
export interface StoredHold {
  requestKey: string;
  hold: Hold;
}

/** A key that identifies a choice of services, barbers and start. */
export const holdRequestKey = (segments: readonly Segment[], start: string): string =>
  JSON.stringify(holdInput(segments, start));

export const holdInput = (segments: readonly Segment[], start: string): HoldInput => ({
  segments: segments.map(({ serviceId, barberId }) => ({ service_id: serviceId, barber_id: barberId })),
  start,
});

const storageKey = (slug: string): string => `bookedbarber:hold:${slug}`;

export function readStoredHold(slug: string): StoredHold | null {
  try {
    return JSON.parse(sessionStorage.getItem(storageKey(slug)) ?? 'null') as StoredHold | null;
  } catch {
    return null;
  }
}

/** Stores a hold in this tab; null deletes it. */
export function storeHold(slug: string, stored: StoredHold | null): void {
  try {
    if (stored) sessionStorage.setItem(storageKey(slug), JSON.stringify(stored));
    else sessionStorage.removeItem(storageKey(slug));
  } catch {
    // Storage may be disabled. A reload then creates a new hold.
  }
}
