/** What of a rotation is carried out. The first four are those of AWS Secrets Manager. */
export type RotationStep = 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret' | 'revokeOldPassword';

/** A step that came to nothing. Its message says the step, the reason, which password works now, and the mend. */
export class RotationError extends Error {
  override readonly name = 'RotationError';
  readonly step: RotationStep;
  readonly reason: string;
  /** Which password works, as far as it was tried. */
  readonly works: string;
  readonly remediation: string;

  constructor(
    step: RotationStep,
    { reason, works, remediation }: { reason: string; works: string; remediation: string },
    cause?: unknown,
  ) {
    super(
      `The rotation stopped at ${step}: ${reason} ${works} ${remediation}`,
      cause === undefined ? {} : { cause },
    );
    this.step = step;
    this.reason = reason;
    this.works = works;
    this.remediation = remediation;
  }
}
