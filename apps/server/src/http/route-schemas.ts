import { Id, Problem, type ProblemCode, problems, Slug, Strict } from '@bookedbarber/contract';
import { type TSchema, Type } from 'typebox';

/** Path parameters. */
export const shopParams = Strict({ shop: Slug });
export const shopRecordParams = Strict({ shop: Slug, id: Id });
export const bookingParams = Strict({ id: Id });

/**
 * Documents that a route requires the token of the booking's link, or the operator token. Routes with `requireOperator`
 * do not need it. A route with neither is public: see document-operations.ts.
 */
export const forGuestOfBooking = { security: [{ booking: [] }, { operator: [] }] };

export const noContent = Type.Null({ description: 'Done' });

/** The response schemas of a route: its own, and Problem for the status of each code that it may return. */
export function responses<T extends Record<number, TSchema>>(own: T, ...codes: ProblemCode[]) {
  const statuses = new Set<number>(
    ['invalid_request' as const, ...codes].map((code) => problems[code].status),
  );
  const problemResponses = Object.fromEntries([...statuses].map((status) => [status, Problem]));
  return { ...problemResponses, ...own } as T;
}
