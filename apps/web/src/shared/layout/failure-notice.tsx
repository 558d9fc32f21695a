import { explain, isWorthRetrying } from '../api/problem.ts';

interface FailureNoticeProps {
  error: unknown;
  /** Sends the same request again. The button is shown only where that may help. */
  onRetry?: (() => void) | undefined;
  retrying?: boolean;
}

/** Says what failed and what the visitor can do about it. */
export function FailureNotice({ error, onRetry, retrying = false }: FailureNoticeProps) {
  const { title, advice } = explain(error);
  return (
    <div className="notice notice-failure" role="alert">
      <p className="notice-title">{title}</p>
      <p>{advice}</p>
      {onRetry && isWorthRetrying(error) && (
        <button type="button" className="button button-quiet" onClick={onRetry} disabled={retrying}>
          {retrying ? 'Trying…' : 'Try again'}
        </button>
      )}
    </div>
  );
}
