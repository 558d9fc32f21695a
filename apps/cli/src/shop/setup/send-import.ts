import type { ImportInput, ImportResult, ImportRow } from '@bookedbarber/contract';
import type { Api } from '../../shared/api/api.ts';
import type { Progress } from '../../shared/terminal/progress.ts';
import { count } from '../../shared/terminal/words.ts';
import { shopPath } from '../file/shop-address.ts';

/** Most rows that the server takes at once; the schema ImportInput says the same. */
export const maximumBatch = 500;

/** Most bytes of rows in one request: some way below the 256 KiB that the server reads. */
const maximumBytes = 240_000;

/**
 * Sends rows of the past, those of one visit always together. A row that is there already (the same ref) is skipped by
 * the server, so the same rows can be sent again at any time.
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

/** Batches within both limits; no visit is divided. Throws RangeError for a visit that is larger than `limit` rows. */
export function toBatches(rows: readonly ImportRow[], limit: number = maximumBatch): ImportRow[][] {
  const visits = new Map<string, ImportRow[]>();
  for (const row of rows) {
    const visit = visits.get(row.booking_ref);
    if (visit === undefined) visits.set(row.booking_ref, [row]);
    else visit.push(row);
  }
  const batches: ImportRow[][] = [];
  let bytes = 0;
  for (const visit of visits.values()) {
    if (visit.length > limit)
      throw new RangeError(`The visit ${visit[0]?.booking_ref} has more than ${limit} services.`);
    const last = batches.at(-1);
    const bookingBytes = Buffer.byteLength(JSON.stringify(visit));
    if (last !== undefined && last.length + visit.length <= limit && bytes + bookingBytes <= maximumBytes) {
      last.push(...visit);
      bytes += bookingBytes;
    } else {
      batches.push([...visit]);
      bytes = bookingBytes;
    }
  }
  return batches;
}
