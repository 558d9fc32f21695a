import { type Problem, type ProblemCode, problems } from '@bookedbarber/contract';

/** Additional fields of a problem. They are sent to the client, so they must not contain internals. */
export type ProblemExtras = Partial<Pick<Problem, 'errors' | 'next_free' | 'exceeded_windows'>>;

/** An error that is sent to the client with a stable code. Any other error becomes internal_error. */
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

/**
 * Creates a ProblemError. `detail` is a sentence for the client that explains the fix; default: the title of the code.
 */
export function problem(code: ProblemCode, detail?: string, extras: ProblemExtras = {}): ProblemError {
  return new ProblemError(code, detail, extras);
}
