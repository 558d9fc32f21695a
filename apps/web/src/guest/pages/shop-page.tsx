import type { Shop } from '@bookedbarber/contract';
import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../../shared/api/problem.ts';
import { shopQuery } from '../../shared/api/queries.ts';
import { FailureNotice } from '../../shared/layout/failure-notice.tsx';
import { Loading } from '../../shared/layout/loading.tsx';
import { PageHeading } from '../../shared/layout/page-heading.tsx';
import { PhoneLink, ShopFooter } from '../../shared/layout/shop-footer.tsx';
import { SiteFrame } from '../../shared/layout/site-frame.tsx';
import { BookingFlow } from '../booking/booking-flow.tsx';
import { barbersFor } from '../booking/choice.ts';
import { NotFoundPage } from './not-found-page.tsx';

/** The booking page of a shop. */
export function ShopPage({ slug }: { slug: string }) {
  const shop = useQuery(shopQuery(slug));
  if (shop.error instanceof ApiError && shop.error.status === 404) return <NotFoundPage what="shop" />;
  if (!shop.data) {
    return (
      <SiteFrame>
        {shop.isError ? (
          <FailureNotice error={shop.error} onRetry={() => void shop.refetch()} retrying={shop.isFetching} />
        ) : (
          <Loading what="the shop" rows={6} />
        )}
      </SiteFrame>
    );
  }
  const bookable = shop.data.services.some((service) => barbersFor(shop.data, service.id).length > 0);
  return (
    <SiteFrame name={shop.data.name} home={`/s/${slug}`} footer={<ShopFooter shop={shop.data} />}>
      {bookable ? <BookingFlow shop={shop.data} /> : <NoServices shop={shop.data} />}
    </SiteFrame>
  );
}

function NoServices({ shop }: { shop: Shop }) {
  return (
    <div className="step">
      <PageHeading title={shop.name}>Online booking is not available</PageHeading>
      <p>{shop.name} does not offer online booking at the moment.</p>
      {shop.phone && (
        <p>
          Call the shop: <PhoneLink phone={shop.phone} />
        </p>
      )}
    </div>
  );
}
