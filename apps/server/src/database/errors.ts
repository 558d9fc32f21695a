import pg from 'pg';

/** PostgreSQL error codes that this server distinguishes (PostgreSQL documentation, appendix A). */
const codes = {
  uniqueViolation: '23505',
  exclusionViolation: '23P01',
  foreignKeyViolation: '23503',
  deadlock: '40P01',
  serialization: '40001',
  lockTimeout: '55P03',
  statementTimeout: '57014',
} as const;

function hasCode(error: unknown, ...expected: string[]): boolean {
  return error instanceof pg.DatabaseError && error.code !== undefined && expected.includes(error.code);
}

/** Another booking occupies part of this time. */
export const isExclusionViolation = (error: unknown): boolean => hasCode(error, codes.exclusionViolation);
export const isUniqueViolation = (error: unknown): boolean => hasCode(error, codes.uniqueViolation);
export const isForeignKeyViolation = (error: unknown): boolean => hasCode(error, codes.foreignKeyViolation);
/** Another transaction held a lock for longer than this one waits. */
export const isLockTimeout = (error: unknown): boolean => hasCode(error, codes.lockTimeout);
/** A deadlock or serialization failure: an immediate retry can succeed. */
export const isTransient = (error: unknown): boolean => hasCode(error, codes.deadlock, codes.serialization);

/**
 * The database is unreachable, starting, out of resources or too slow. The request itself is valid and can be
 * retried.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (hasCode(error, codes.lockTimeout, codes.statementTimeout)) return true;
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
