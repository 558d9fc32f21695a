import { Component, type ReactNode } from 'react';
import { SiteFrame } from './site-frame.tsx';

/** Shows an error page with a reload button if rendering throws. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    return (
      <SiteFrame>
        <h1>Something went wrong</h1>
        <p>This page has an error. It did not book or change anything.</p>
        <p>
          <button type="button" className="button" onClick={() => window.location.reload()}>
            Reload the page
          </button>
        </p>
      </SiteFrame>
    );
  }
}
