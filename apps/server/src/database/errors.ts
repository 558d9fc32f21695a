import pg from 'pg';

/** PostgreSQL error codes that this server tells apart (PostgreSQL documentation, appendix A). */
const codes = {
  uniqueViolation: '23505',
  exclusionViolation: '23P01',
  foreignKeyViolation: '23503',
  deadlock: '40P01',
  serialization: '40001',
  lockTimeout: '55P03',
  statementTimeout: '57014',
} as const;

function has(error: unknown, ...wanted: string[]): boolean {
  return error instanceof pg.DatabaseError && error.code !== undefined && wanted.includes(error.code);
}

/** Another booking holds part of this time. */
export const isExclusionViolation = (error: unknown): boolean => has(error, codes.exclusionViolation);
export const isUniqueViolation = (error: unknown): boolean => has(error, codes.uniqueViolation);
export const isForeignKeyViolation = (error: unknown): boolean => has(error, codes.foreignKeyViolation);
/** Somebody holds what was wanted for longer than this transaction waits. */
export const isLockTimeout = (error: unknown): boolean => has(error, codes.lockTimeout);
/** Worth trying again at once. */
export const isTransient = (error: unknown): boolean => has(error, codes.deadlock, codes.serialization);

/** The database is away, starting, full or too slow: nothing is wrong with the request, so it may be sent again. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (has(error, codes.lockTimeout, codes.statementTimeout)) return true;
  if (error instanceof pg.DatabaseError) {
    // 08: connection; 53: out of resources; 57P: shutting down or starting.
    return /^(08|53|57P)/.test(error.code ?? '');
  }
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EPIPE|EAI_AGAIN)$/.test(code) ||
    /^(Connection terminated|timeout exceeded when trying to connect)/.test(error.message)
  );
}
