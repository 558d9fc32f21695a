import type { Problem } from '@bookedbarber/contract';
import { sql } from 'kysely';
import { expect } from 'vitest';
import type { InProcess } from './in-process.ts';
import type { Send } from './shop-fixture.ts';

/** The number of rows of every table, and the newest version of any booking: nothing may move them. */
async function everything(server: InProcess): Promise<string> {
  const { rows } = await sql<{ counts: string }>`
    SELECT string_agg(format('%s=%s', relname, (xpath('/row/c/text()',
      query_to_xml(format('SELECT count(*) AS c FROM %I', relname), false, true, '')))[1]), ' ' ORDER BY relname)
      || (SELECT ' versions=' || sum(version) FROM booking) AS counts
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`.execute(server.context.db);
  return rows[0]?.counts ?? '';
}

const internals =
  /\bat .+\.[cm]?[jt]s\b|node_modules|\bSELECT\b|\bINSERT\b|kysely|postgres|pg_|sqlstate|constraint|violat|relation|booking_segment|fastify|FST_|ajv|undefined|\[object/i;

export type Answer = Awaited<ReturnType<Send>>;
/** Sends it, and expects a problem of this kind, nothing told of the inside, and nothing written. */
export async function expectProblem(
  server: InProcess,
  status: number,
  code: string,
  send: () => Promise<Answer>,
): Promise<void> {
  const before = await everything(server);
  const answer = await send();
  const text = JSON.stringify(answer.body);
  expect([answer.status, (answer.body as Problem).code], text).toEqual([status, code]);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.body as Problem).toMatchObject({ status, type: `urn:bookedbarber:problem:${code}` });
  expect(text).not.toMatch(internals);
  expect(await everything(server)).toBe(before);
}
