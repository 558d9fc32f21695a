import { explain, isWorthRetrying } from '../api/problem.ts';

interface FailureNoticeProps {
  error: unknown;
  /** Retries the request. The button is shown only if a retry may succeed. */
  onRetry?: (() => void) | undefined;
  retrying?: boolean;
}

/** An error message with advice and a retry button. */
export function FailureNotice({ error, onRetry, retrying = false }: FailureNoticeProps) {
  const { title, advice } = explain(error);
  return (
    <div className="notice notice-failure" role="alert">
      <p className="notice-title">{title}</p>
      <p>{advice}</p>
      {onRetry && isWorthRetrying(error) && (
        <button type="button" className="button button-quiet" onClick={onRetry} disabled={retrying}>
          {retrying ? 'Retrying…' : 'Try again'}
        </button>
      )}
    </div>
  );
}
