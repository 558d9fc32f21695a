import type { ReactNode } from 'react';
import { Link } from 'wouter';

interface SiteFrameProps {
  /** Name in the page header, such as the name of the shop. */
  name?: string;
  /** Link target of the name. */
  home?: string;
  footer?: ReactNode;
  children: ReactNode;
}

/** The layout of every page: header, main content and footer. */
export function SiteFrame({ name = 'BookedBarber', home = '/', footer, children }: SiteFrameProps) {
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <header className="site-head">
        <Link className="site-name" href={home}>
          {name}
        </Link>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <footer className="site-foot">{footer ?? <p>Booked with BookedBarber</p>}</footer>
    </>
  );
}
