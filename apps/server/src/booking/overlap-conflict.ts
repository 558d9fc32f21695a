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

/** Runs `work`; when it ends because the time is taken, the refusal carries the next free times for the visit `wanted`. */
export async function withNextFree<T>(
  { db, staff, clock }: Pick<Context, 'db' | 'staff' | 'clock'>,
  wanted: () => Promise<RequestedTime>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== 'slot_taken') throw error;
    const next_free = await nextFreeStarts((request) => loadCalendar(db, staff, request), {
      ...(await wanted()),
      nowMs: clock.nowMs(),
    });
    throw problem('slot_taken', undefined, { next_free });
  }
}
