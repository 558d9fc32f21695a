import type { Problem, ProblemCode } from '@bookedbarber/contract';

/** The server answered and said no: its problem details, and how long it asked us to wait. */
export class ApiError extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly problem: Problem;
  /** Seconds from the Retry-After header, if there was one. */
  readonly retryAfterSeconds: number | null;

  constructor(status: number, problem: Problem, retryAfterSeconds: number | null) {
    super(problem.title);
    this.status = status;
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  is(...codes: ProblemCode[]): boolean {
    return (codes as string[]).includes(this.problem.code);
  }
}

/** No answer came: offline, the connection broke, or it took too long. The server may or may not have acted. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
}

/** Reads an error answer. What is not problem+json (a proxy's page, say) becomes a problem with the code `unknown`. */
export async function readApiError(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const retryAfter = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  const problem: Problem = isProblem(body)
    ? body
    : {
        type: 'about:blank',
        title: response.statusText || 'Unexpected answer',
        status: response.status,
        code: 'unknown',
      };
  return new ApiError(response.status, problem, Number.isNaN(retryAfter) ? null : retryAfter);
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'title' in body;
}

/** True when sending the very same request again may well succeed, so its Idempotency-Key must be kept. */
export function isWorthRetrying(error: unknown): boolean {
  if (error instanceof NetworkError) return true;
  return error instanceof ApiError && (error.status >= 500 || error.status === 429 || error.status === 408);
}

/** True for the refusals that carry (or deserve) other times to choose from. */
export function isSlotTaken(error: unknown): error is ApiError {
  return (
    error instanceof ApiError &&
    error.is(
      'slot_taken',
      'hold_expired',
      'start_in_past',
      'too_soon',
      'same_day_closed',
      'off_grid',
      'too_far_ahead',
    )
  );
}

/** What to tell a visitor about a failed request: a short title and one sentence of what to do. */
export function explain(error: unknown): { title: string; advice: string } {
  if (error instanceof NetworkError) {
    return {
      title: 'We could not reach the shop’s server',
      advice: 'Check your connection and try again. Nothing is booked twice by trying again.',
    };
  }
  if (error instanceof ApiError && error.status === 429) {
    const wait = error.retryAfterSeconds;
    return {
      title: 'That was a lot of requests',
      advice: wait === null ? 'Wait a moment, then try again.' : `Try again in ${formatWait(wait)}.`,
    };
  }
  if (error instanceof ApiError && error.status >= 500) {
    return {
      title: 'The booking system is not answering properly',
      advice: 'Wait a moment, then try again.',
    };
  }
  if (error instanceof ApiError) {
    return {
      title: error.problem.title,
      advice: error.problem.detail ?? 'Check what you entered and try again.',
    };
  }
  return { title: 'Something went wrong on this page', advice: 'Reload the page and try again.' };
}

function formatWait(seconds: number): string {
  if (seconds < 90) return `${seconds} second${seconds === 1 ? '' : 's'}`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
