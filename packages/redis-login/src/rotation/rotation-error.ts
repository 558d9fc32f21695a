/** The steps of a rotation. The first four are those of AWS Secrets Manager. */
export type RotationStep = 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret' | 'revokeOldPassword';

/** A failed rotation step. The message names the step, the reason, which of the passwords works now, and the fix. */
export class RotationError extends Error {
  override readonly name = 'RotationError';
  readonly step: RotationStep;
  readonly reason: string;
  /** Which password works, as far as it was tested. */
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
