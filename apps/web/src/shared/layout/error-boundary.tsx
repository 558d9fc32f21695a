import { Component, type ReactNode } from 'react';
import { SiteFrame } from './site-frame.tsx';

/** Shows a page with a way on when a fault of ours breaks the one that was asked for. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    return (
      <SiteFrame>
        <h1>This page broke</h1>
        <p>That is a fault of ours, not yours. Nothing was booked or changed by it.</p>
        <p>
          <button type="button" className="button" onClick={() => window.location.reload()}>
            Reload the page
          </button>
        </p>
      </SiteFrame>
    );
  }
}
