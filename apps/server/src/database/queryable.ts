import type { Queryable } from '@bookedbarber/redis-tier/postgres';
import { CompiledQuery } from 'kysely';
import type { Db } from './connect.ts';

/** The database as the tier uses it: statements with their own names of columns. */
export function queryableOf(db: Db): Queryable {
  const plain = db.withoutPlugins();
  return {
    query: async (text, values = []) => plain.executeQuery(CompiledQuery.raw(text, values)),
  };
}
