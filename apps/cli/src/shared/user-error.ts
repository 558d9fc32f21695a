/** Exit codes of the command; every --help prints them. */
export const exitCodes = { ok: 0, failed: 1, usageError: 2 } as const;

export type FailureOptions = {
  /** What the person can do about it, as a sentence. */
  remediation?: string;
  /** One line for each detail, such as a faulty field. */
  details?: readonly string[];
  cause?: unknown;
};

/** Something that the person at the terminal can understand and act upon. `code` is stable, for machines. */
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

/** The command was called in a way that it does not understand. */
export class UsageError extends Failure {
  override name = 'UsageError';
  override readonly exitCode = exitCodes.usageError;

  constructor(message: string, options: FailureOptions = {}) {
    super('wrong_usage', message, options);
  }
}
