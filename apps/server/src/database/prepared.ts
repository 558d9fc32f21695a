import { type RawBuilder, sql } from 'kysely';
import pg from 'pg';

const mark = '/* prepared */';

/**
 * Begins a statement that each connection has the server prepare once: for those that workers send hundreds of times a second,
 * whose planning takes half as long as they themselves. Their texts are few and fixed: each stays in memory, here and on
 * every connection.
 */
export const prepared: RawBuilder<unknown> = sql.raw(mark);

/** Most texts; what goes beyond is planned each time. A text that is made of values would reach it. */
const maxNames = 200;
const names = new Map<string, string>();

/** What the server knows a text by; undefined: it is to be planned each time. */
export function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= maxNames) return known;
  const name = `prepared_${names.size + 1}`;
  names.set(text, name);
  return name;
}

type Query = pg.Client['query'];

/** A connection on which statements that begin with `prepared` are. */
export class PreparingClient extends pg.Client {
  override query: Query = ((text: unknown, values: unknown, ...others: unknown[]) => {
    const name = typeof text === 'string' && text.startsWith(mark) ? nameOf(text) : undefined;
    const query = name === undefined ? text : { name, text, values };
    const rest = name === undefined ? [values, ...others] : others;
    return (pg.Client.prototype.query as (...all: unknown[]) => unknown).call(this, query, ...rest);
  }) as Query;
}
