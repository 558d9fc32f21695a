import { type RawBuilder, sql } from 'kysely';
import pg from 'pg';

const marker = '/* prepared */';

/**
 * Starts a statement that each connection prepares once. Workers run such statements hundreds of times per second,
 * and planning takes half as long as execution. Use it for few and fixed texts only: each stays in memory, in this
 * process and on every connection.
 */
export const prepared: RawBuilder<unknown> = sql.raw(marker);

/**
 * Maximum number of prepared texts; the server plans further ones on each execution. Only texts that contain values
 * reach it.
 */
const maxNames = 200;
const names = new Map<string, string>();

/** The name of the prepared statement; undefined: the statement is not prepared. */
export function statementName(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= maxNames) return known;
  const name = `prepared_${names.size + 1}`;
  names.set(text, name);
  return name;
}

type Query = pg.Client['query'];

/** A connection that prepares the statements that start with `prepared`. */
export class PreparingClient extends pg.Client {
  override query: Query = ((text: unknown, values: unknown, ...others: unknown[]) => {
    const name = typeof text === 'string' && text.startsWith(marker) ? statementName(text) : undefined;
    const query = name === undefined ? text : { name, text, values };
    const rest = name === undefined ? [values, ...others] : others;
    return (pg.Client.prototype.query as (...all: unknown[]) => unknown).call(this, query, ...rest);
  }) as Query;
}
