import type { Problem, ProblemCode } from '@bookedbarber/contract';

/** An error response of the API, with its problem details. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly problem: Problem;
  /** Seconds from the Retry-After header, or null. */
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

/** No response: offline, a broken connection or a timeout. The server may have processed the request. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
}

/** Reads an error response. Other bodies than problem+json, such as a proxy's page, get the code `unknown`. */
export async function readApiError(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const retryAfter = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  const problem: Problem = isProblem(body)
    ? body
    : {
        type: 'about:blank',
        title: response.statusText || 'Unexpected response',
        status: response.status,
        code: 'unknown',
      };
  return new ApiError(response.status, problem, Number.isNaN(retryAfter) ? null : retryAfter);
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'title' in body;
}

/** Whether a retry of the same request may succeed, so that it must use the same Idempotency-Key. */
export function isWorthRetrying(error: unknown): boolean {
  if (error instanceof NetworkError) return true;
  return error instanceof ApiError && (error.status >= 500 || error.status === 429 || error.status === 408);
}

/** Whether the requested time is not available, so that the page should offer other times. */
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

/** The message for a failed request: a short title and advice. */
export function explain(error: unknown): { title: string; advice: string } {
  if (error instanceof NetworkError) {
    return {
      title: 'We could not reach the server',
      advice: 'Check your connection and try again. A retry does not book twice.',
    };
  }
  if (error instanceof ApiError && error.status === 429) {
    const wait = error.retryAfterSeconds;
    return {
      title: 'Too many requests',
      advice: wait === null ? 'Wait a moment, then try again.' : `Try again in ${formatWait(wait)}.`,
    };
  }
  if (error instanceof ApiError && error.status >= 500) {
    return {
      title: 'The booking system is temporarily unavailable',
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
