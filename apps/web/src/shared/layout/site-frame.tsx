import type { ReactNode } from 'react';
import { Link } from 'wouter';

interface SiteFrameProps {
  /** Name in the head of the page; a shop's pages carry the shop's. */
  name?: string;
  /** Where the name leads. */
  home?: string;
  footer?: ReactNode;
  children: ReactNode;
}

/** The frame of every page: pole stripe, head, main part and foot. */
export function SiteFrame({ name = 'BookedBarber', home = '/', footer, children }: SiteFrameProps) {
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to the content
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
