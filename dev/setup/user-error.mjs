/** An error whose text is for the user: what is wrong, then how to fix it. It is printed without a stack. */
export class UserError extends Error {
  exitCode = 1;

  /** @param {string} message @param {string} [fix] what the user can do */
  constructor(message, fix) {
    super(fix === undefined ? message : `${message}\n  Fix: ${fix}`);
  }
}

/** Invalid command-line arguments. */
export class UsageError extends UserError {
  /** @override */
  exitCode = 2;
}

/** @param {unknown} error @returns {string} the text to print; with the stack if the error is unexpected */
export function describeError(error) {
  // The messages of system errors, such as EACCES, contain the file or the address.
  if (error instanceof UserError || (error instanceof Error && 'syscall' in error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Prints an error. @param {unknown} error @returns {number} the exit code */
export function reportError(error) {
  // The message of util.parseArgs contains the unknown argument.
  const isUsageError = String(errorCode(error)).startsWith('ERR_PARSE_ARGS');
  process.stderr.write(
    `\n${isUsageError ? `${Object(error).message}\n  Fix: see --help.` : describeError(error)}\n`,
  );
  return error instanceof UserError ? error.exitCode : isUsageError ? 2 : 1;
}

/** @param {unknown} error @returns {unknown} the code of a Node error, such as `ENOENT` */
export function errorCode(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
