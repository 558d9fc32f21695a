import type { HistoryInput, HistoryResult, HistoryRow } from '@bookedbarber/contract';
import type { Api } from '../../shared/api/api.ts';
import type { Progress } from '../../shared/terminal/progress.ts';
import { count } from '../../shared/terminal/words.ts';
import { shopPath } from '../file/shop-address.ts';

/** Most rows that the server takes at once; the schema HistoryInput says the same. */
export const maximumBatch = 500;

/** Most bytes of rows in one request: some way below the 256 KiB that the server reads. */
const maximumBytes = 240_000;

/**
 * Sends rows of the past, those of one visit always together. A row that is there already (the same ref) is skipped by
 * the server, so the same rows can be sent again at any time.
 */
export async function sendHistory(
  api: Api,
  slug: string,
  rows: readonly HistoryRow[],
  progress: Progress,
): Promise<HistoryResult> {
  const total: HistoryResult = { imported: 0, skipped: 0, refused: [] };
  let sent = 0;
  for (const batch of toBatches(rows)) {
    progress.show(`Sending bookings: ${count(sent)} of ${count(rows.length)}`);
    const input: HistoryInput = { rows: batch };
    const result = await api.post<HistoryResult>(`${shopPath(slug)}/history`, input);
    total.imported += result.imported;
    total.skipped += result.skipped;
    total.refused.push(...result.refused);
    sent += batch.length;
  }
  return total;
}

/** Batches within both limits; no visit is divided. Throws RangeError for a visit that is larger than `limit` rows. */
export function toBatches(rows: readonly HistoryRow[], limit: number = maximumBatch): HistoryRow[][] {
  const visits = new Map<string, HistoryRow[]>();
  for (const row of rows) {
    const visit = visits.get(row.visit);
    if (visit === undefined) visits.set(row.visit, [row]);
    else visit.push(row);
  }
  const batches: HistoryRow[][] = [];
  let bytes = 0;
  for (const visit of visits.values()) {
    if (visit.length > limit)
      throw new RangeError(`The visit ${visit[0]?.visit} has more than ${limit} services.`);
    const last = batches.at(-1);
    const visitBytes = Buffer.byteLength(JSON.stringify(visit));
    if (last !== undefined && last.length + visit.length <= limit && bytes + visitBytes <= maximumBytes) {
      last.push(...visit);
      bytes += visitBytes;
    } else {
      batches.push([...visit]);
      bytes = visitBytes;
    }
  }
  return batches;
}
