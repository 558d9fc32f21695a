/** What of a rotation is carried out. The first four are those of AWS Secrets Manager. */
export type RotationStep = 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret' | 'settle';

/** A step that came to nothing. Its message says the step, the reason, which password works now, and the mend. */
export class RotationFailed extends Error {
  override readonly name = 'RotationFailed';
  readonly step: RotationStep;
  readonly reason: string;
  /** Which password works, as far as it was tried. */
  readonly works: string;
  readonly mend: string;

  constructor(
    step: RotationStep,
    { reason, works, mend }: { reason: string; works: string; mend: string },
    cause?: unknown,
  ) {
    super(
      `The rotation stopped at ${step}: ${reason} ${works} ${mend}`,
      cause === undefined ? {} : { cause },
    );
    this.step = step;
    this.reason = reason;
    this.works = works;
    this.mend = mend;
  }
}
