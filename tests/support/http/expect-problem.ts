import type { Problem } from '@bookedbarber/contract';
import { sql } from 'kysely';
import { expect } from 'vitest';
import type { InProcess } from '../in-process.ts';
import type { Send } from '../shop-fixture.ts';

/** The row count of every table and the sum of all booking versions; a rejected request must not change them. */
async function databaseState(server: InProcess): Promise<string> {
  const { rows } = await sql<{ counts: string }>`
    SELECT string_agg(format('%s=%s', relname, (xpath('/row/c/text()',
      query_to_xml(format('SELECT count(*) AS c FROM %I', relname), false, true, '')))[1]), ' ' ORDER BY relname)
      || (SELECT ' versions=' || coalesce(sum(version), 0) FROM booking) AS counts
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`.execute(server.context.db);
  const counts = rows[0]?.counts ?? '';
  expect(counts).toMatch(/\bbooking=\d+ .* versions=\d+$/);
  return counts;
}

const internals =
  /\bat .+\.[cm]?[jt]s\b|node_modules|\bSELECT\b|\bINSERT\b|kysely|postgres|pg_|sqlstate|constraint|violat|relation|booking_segment|fastify|FST_|ajv|undefined|\[object/i;

export type Answer = Awaited<ReturnType<Send>>;
/** Sends a request, and expects this problem, no internals in the response, and no change in the database. */
export async function expectProblem(
  server: InProcess,
  status: number,
  code: string,
  send: () => Promise<Answer>,
): Promise<void> {
  const before = await databaseState(server);
  const response = await send();
  const text = JSON.stringify(response.body);
  expect([response.status, (response.body as Problem).code], text).toEqual([status, code]);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.body as Problem).toMatchObject({ status, type: `urn:bookedbarber:problem:${code}` });
  expect(text).not.toMatch(internals);
  expect(await databaseState(server)).toBe(before);
}
