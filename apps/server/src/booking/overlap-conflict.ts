import type { ShopRecord } from '../catalog/catalog.ts';
import { ProblemError, problem } from '../http/problem.ts';
import type { Context } from '../main/context.ts';
import { nextFreeStarts } from './availability/availability.ts';
import { loadCalendar } from './availability/calendar.ts';
import type { SegmentOption } from './segments.ts';

type RequestedTime = {
  shop: ShopRecord;
  segments: readonly SegmentOption[];
  startMs: number;
  exceptBookingId?: string;
};

/** Runs `work`. If it throws slot_taken, adds the next free starts for the requested booking to the problem. */
export async function withNextFree<T>(
  { db, staff, clock }: Pick<Context, 'db' | 'staff' | 'clock'>,
  requested: () => Promise<RequestedTime>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== 'slot_taken') throw error;
    const next_free = await nextFreeStarts((request) => loadCalendar(db, staff, request), {
      ...(await requested()),
      nowMs: clock.nowMs(),
    });
    throw problem('slot_taken', undefined, { next_free });
  }
}
