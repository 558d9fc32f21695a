/** A problem that a check found. An error prevents correct operation; a warning is a risk. */
export type Finding = {
  /** Stable, for scripts. */
  code: string;
  severity: 'error' | 'warning';
  /** The problem, as a sentence. */
  message: string;
  /** The likely cause. */
  cause: string;
  /** How to fix it. */
  remediation: string;
};

/** Aborts a check whose remaining steps are impossible. */
export class CheckFailedError extends Error {
  override readonly name = 'CheckFailedError';
  readonly finding: Finding;

  constructor(finding: Omit<Finding, 'severity'>) {
    super(finding.message);
    this.finding = { severity: 'error', ...finding };
  }
}
