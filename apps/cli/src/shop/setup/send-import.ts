import type { ImportInput, ImportResult, ImportRow } from '@bookedbarber/contract';
import type { Api } from '../../shared/api/api.ts';
import type { Progress } from '../../shared/terminal/progress.ts';
import { count } from '../../shared/terminal/words.ts';
import { shopPath } from '../file/shop-address.ts';

/** Maximum rows in one request, as in the schema ImportInput. */
export const maximumBatch = 500;

/** Maximum bytes of rows in one request. Leaves a margin below the server's limit of 256 KiB. */
const maximumBytes = 240_000;

/**
 * Sends past bookings, with all rows of a booking in one request. The server skips rows with a known `ref`, so it is
 * safe to send the same rows again.
 */
export async function sendImport(
  api: Api,
  slug: string,
  rows: readonly ImportRow[],
  progress: Progress,
): Promise<ImportResult> {
  const total: ImportResult = { imported: 0, skipped: 0, rejected: [] };
  let sent = 0;
  for (const batch of toBatches(rows)) {
    progress.show(`Sending bookings: ${count(sent)} of ${count(rows.length)}`);
    const input: ImportInput = { rows: batch };
    const result = await api.post<ImportResult>(`${shopPath(slug)}/imports`, input);
    total.imported += result.imported;
    total.skipped += result.skipped;
    total.rejected.push(...result.rejected);
    sent += batch.length;
  }
  return total;
}

/** Splits rows into batches within both limits. Does not split bookings. Throws RangeError for one over `limit` rows. */
export function toBatches(rows: readonly ImportRow[], limit: number = maximumBatch): ImportRow[][] {
  const bookings = new Map<string, ImportRow[]>();
  for (const row of rows) {
    const booking = bookings.get(row.booking_ref);
    if (booking === undefined) bookings.set(row.booking_ref, [row]);
    else booking.push(row);
  }
  const batches: ImportRow[][] = [];
  let bytes = 0;
  for (const booking of bookings.values()) {
    if (booking.length > limit)
      throw new RangeError(`The booking ${booking[0]?.booking_ref} has more than ${limit} services.`);
    const last = batches.at(-1);
    const bookingBytes = Buffer.byteLength(JSON.stringify(booking));
    if (last !== undefined && last.length + booking.length <= limit && bytes + bookingBytes <= maximumBytes) {
      last.push(...booking);
      bytes += bookingBytes;
    } else {
      batches.push([...booking]);
      bytes = bookingBytes;
    }
  }
  return batches;
}
