/** Exit codes of the command; every --help prints them. */
export const exitCodes = { ok: 0, failed: 1, usageError: 2 } as const;

export type FailureOptions = {
  /** How to fix it, as a sentence. */
  remediation?: string;
  /** One line for each detail, such as an invalid field. */
  details?: readonly string[];
  cause?: unknown;
};

/** An expected error that the user can act on. `code` is stable, for scripts. */
export class Failure extends Error {
  override name = 'Failure';
  readonly code: string;
  readonly exitCode: number = exitCodes.failed;
  readonly remediation: string | undefined;
  readonly details: readonly string[];

  constructor(code: string, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.remediation = options.remediation;
    this.details = options.details ?? [];
  }
}

/** The arguments are invalid; exit code 2. */
export class UsageError extends Failure {
  override name = 'UsageError';
  override readonly exitCode = exitCodes.usageError;

  constructor(message: string, options: FailureOptions = {}) {
    super('usage_error', message, options);
  }
}
