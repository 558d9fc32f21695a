import { type Problem, type ProblemCode, problems } from '@bookedbarber/contract';

/** What a problem carries beside its code: shown to the caller, so never anything internal. */
export type ProblemExtras = Partial<Pick<Problem, 'errors' | 'next_free' | 'exceeded_windows'>>;

/** A refusal that the caller is told about, by a stable code. Anything else that is thrown is an internal error. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly extras: ProblemExtras;

  constructor(code: ProblemCode, detail: string | undefined, extras: ProblemExtras) {
    super(detail ?? problems[code].title);
    this.code = code;
    this.extras = extras;
  }

  get status(): number {
    return problems[this.code].status;
  }
}

/** Makes a refusal; `detail` is a sentence for the caller that says the mend. */
export function problem(code: ProblemCode, detail?: string, extras: ProblemExtras = {}): ProblemError {
  return new ProblemError(code, detail, extras);
}
