/** Something that is not as it should be. A fault stands in the way; a warning will, one day. */
export type Finding = {
  /** Stable, for machines. */
  code: string;
  severity: 'fault' | 'warning';
  /** What is wrong, in a sentence. */
  message: string;
  /** Why it is so, as far as can be known from here. */
  cause: string;
  /** What to do about it. */
  mend: string;
};

/** Ends a check: what comes after it in the check would have nothing to stand on. */
export class CheckFailed extends Error {
  override readonly name = 'CheckFailed';
  readonly finding: Finding;

  constructor(finding: Omit<Finding, 'severity'>) {
    super(finding.message);
    this.finding = { severity: 'fault', ...finding };
  }
}
