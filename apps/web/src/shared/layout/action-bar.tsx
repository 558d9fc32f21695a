import type { ReactNode } from 'react';

interface ActionBarProps {
  /** Goes back one step. Without it there is no back button. */
  onBack?: () => void;
  backTo?: string;
  /** Announced by screen readers when it changes. */
  summary: ReactNode;
  children: ReactNode;
}

/** The bar at the bottom of a step: back button, summary and action. */
export function ActionBar({ onBack, backTo, summary, children }: ActionBarProps) {
  return (
    <div className="action-bar">
      {onBack && (
        <button
          type="button"
          className="button button-back"
          onClick={onBack}
          aria-label={`Back to ${backTo}`}
        >
          <span aria-hidden="true">←</span>
        </button>
      )}
      <div className="action-bar-summary" role="status">
        {summary}
      </div>
      {children}
    </div>
  );
}
