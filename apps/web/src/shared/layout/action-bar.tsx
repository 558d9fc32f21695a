import type { ReactNode } from 'react';

interface ActionBarProps {
  /** Goes one step back; no button without it. */
  onBack?: () => void;
  backTo?: string;
  /** Read out when it changes. */
  summary: ReactNode;
  children: ReactNode;
}

/** The bar at the foot of a step, within reach of a thumb: back, what is chosen, and on. */
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
