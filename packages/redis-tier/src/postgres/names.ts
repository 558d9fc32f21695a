/** Names of tables, indexes and channels. They become part of statements, so they are checked and quoted. */
import { type Check, textLike } from '../core/internal.ts';

/**
 * Short enough that `schema.table` fits into the name of a channel, and a table with a suffix into the name of an
 * index: PostgreSQL cuts longer names off at 63 bytes, and two names could become one.
 */
export const aSqlName: Check = textLike(
  /^[A-Za-z_][A-Za-z0-9_]{0,29}$/,
  '1 to 30 letters, digits or underscores that do not begin with a digit',
);

/** The schema and the table of a store, both checked with `aSqlName`. */
export type TableName = { schema: string; table: string };

/** The quoted name, for a statement. */
export function sqlOf({ schema, table }: TableName): string {
  return `"${schema}"."${table}"`;
}

/** The quoted name of one of the table's indexes. */
export function indexOf({ table }: TableName, suffix: string): string {
  return `"${table}_${suffix}"`;
}

/** The channel of the table's notifications, not quoted. */
export function channelOf({ schema, table }: TableName): string {
  return `${schema}.${table}`;
}
