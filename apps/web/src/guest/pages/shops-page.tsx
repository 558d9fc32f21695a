import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { shopsQuery } from '../../shared/api/queries.ts';
import { FailureNotice } from '../../shared/layout/failure-notice.tsx';
import { Loading } from '../../shared/layout/loading.tsx';
import { PageHeading } from '../../shared/layout/page-heading.tsx';
import { SiteFrame } from '../../shared/layout/site-frame.tsx';

/** The shops of this installation. */
export function ShopsPage() {
  const shops = useQuery(shopsQuery());
  return (
    <SiteFrame>
      <div className="step">
        <PageHeading title="Book an appointment">Choose a shop</PageHeading>
        {shops.isPending && <Loading what="the shops" rows={3} />}
        {shops.isError && (
          <FailureNotice
            error={shops.error}
            onRetry={() => void shops.refetch()}
            retrying={shops.isFetching}
          />
        )}
        {shops.data?.shops.length === 0 && <NoShops />}
        {shops.data && shops.data.shops.length > 0 && (
          <ul className="shops">
            {shops.data.shops.map((shop) => (
              <li key={shop.slug}>
                <Link className="shop-card" href={`/s/${shop.slug}`}>
                  <span className="shop-card-name">{shop.name}</span>
                  <span className="soft">{shop.address}</span>
                  <span className="shop-card-go" aria-hidden="true">
                    →
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </div>
    </SiteFrame>
  );
}

function NoShops() {
  return (
    <div className="empty">
      <p className="empty-title">No shops yet</p>
      <p>If you operate this installation, create the first shop on the command line:</p>
      <pre>
        <code>bookedbarber shop create</code>
      </pre>
    </div>
  );
}
