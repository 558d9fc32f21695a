import { Id, Problem, type ProblemCode, problems, Slug, Strict } from '@bookedbarber/contract';
import { type TSchema, Type } from 'typebox';

/** Path parameters. */
export const shopParams = Strict({ shop: Slug });
export const shopRecordParams = Strict({ shop: Slug, id: Id });
export const bookingParams = Strict({ id: Id });

/**
 * Marks a route that wants the token of the booking's link, or the operator token. Routes with `requireOperator` need no
 * mark, and a route without either is public: see document-operations.ts.
 */
export const forGuestOfBooking = { security: [{ booking: [] }, { operator: [] }] };

export const noContent = Type.Null({ description: 'Done' });

/** The answers of a route: its own, and a problem for each status of the codes that it may answer with. */
export function answers<T extends Record<number, TSchema>>(own: T, ...codes: ProblemCode[]) {
  const statuses = new Set<number>(
    ['invalid_request' as const, ...codes].map((code) => problems[code].status),
  );
  const refusals = Object.fromEntries([...statuses].map((status) => [status, Problem]));
  return { ...refusals, ...own } as T;
}
