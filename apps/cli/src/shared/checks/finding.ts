/** Something that is not as it should be. A fault stands in the way; a warning will, one day. */
export type Finding = {
  /** Stable, for machines. */
  code: string;
  severity: 'error' | 'warning';
  /** What is wrong, in a sentence. */
  message: string;
  /** Why it is so, as far as can be known from here. */
  cause: string;
  /** What to do about it. */
  remediation: string;
};

/** Ends a check: what comes after it in the check would have nothing to stand on. */
export class CheckFailedError extends Error {
  override readonly name = 'CheckFailedError';
  readonly finding: Finding;

  constructor(finding: Omit<Finding, 'severity'>) {
    super(finding.message);
    this.finding = { severity: 'error', ...finding };
  }
}
