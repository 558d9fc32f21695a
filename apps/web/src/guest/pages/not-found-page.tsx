import { Link } from 'wouter';
import { PageHeading } from '../../shared/layout/page-heading.tsx';
import { SiteFrame } from '../../shared/layout/site-frame.tsx';

/** For addresses that lead nowhere. */
export function NotFoundPage({ what = 'page' }: { what?: 'page' | 'shop' }) {
  return (
    <SiteFrame>
      <div className="step">
        <PageHeading title="Not found">There is no such {what}</PageHeading>
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
