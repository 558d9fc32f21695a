/**
 * A failure whose text is written for the person at the keyboard: what is wrong, then what mends it.
 * Entries print it without a stack; every other error is a fault of ours and keeps its stack.
 */
export class UserError extends Error {
  /**
   * @param {string} message what is wrong
   * @param {string} [remediation] what the person can do about it
   * @param {unknown} [cause]
   */
  constructor(message, remediation, cause) {
    super(
      remediation === undefined ? message : `${message}\n  ${remediation}`,
      cause === undefined ? undefined : { cause },
    );
    this.name = 'UserError';
  }
}

/**
 * @param {unknown} error
 * @returns {string} the text to print for it
 */
export function describeError(error) {
  if (error instanceof UserError) return error.message;
  if (error instanceof Error) return error.stack ?? error.message;
  return String(error);
}

/**
 * @param {unknown} error
 * @returns {string | undefined} the code of a Node error such as `ENOENT`
 */
export function errorCode(error) {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
