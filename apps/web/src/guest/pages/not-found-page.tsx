import { Link } from 'wouter';
import { PageHeading } from '../../shared/layout/page-heading.tsx';
import { SiteFrame } from '../../shared/layout/site-frame.tsx';

/** The page for unknown addresses and unknown shops. */
export function NotFoundPage({ what = 'page' }: { what?: 'page' | 'shop' }) {
  return (
    <SiteFrame>
      <div className="step">
        <PageHeading title="Not found">{what === 'page' ? 'Page' : 'Shop'} not found</PageHeading>
        <p>The address may be mistyped or out of date.</p>
        <p>
          <Link className="button" href="/">
            See all shops
          </Link>
        </p>
      </div>
    </SiteFrame>
  );
}
