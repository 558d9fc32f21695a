import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Route, Switch } from 'wouter';
import { ManagePage } from './guest/pages/manage-page.tsx';
import { NotFoundPage } from './guest/pages/not-found-page.tsx';
import { ShopPage } from './guest/pages/shop-page.tsx';
import { ShopsPage } from './guest/pages/shops-page.tsx';
import { makeQueryClient } from './shared/api/queries.ts';
import { ErrorBoundary } from './shared/layout/error-boundary.tsx';

// Loaded lazily: only operators need it.
const MessagesPage = lazy(() => import('./operations/messages-page.tsx'));

/** The routes and their shared providers. */
export function App() {
  const [queryClient] = useState(makeQueryClient);
  return (
    <ErrorBoundary>
      <QueryClientProvider client={queryClient}>
        <Switch>
          <Route path="/">
            <ShopsPage />
          </Route>
          <Route path="/s/:slug">{({ slug }) => <ShopPage key={slug} slug={slug} />}</Route>
          <Route path="/manage/:id">{({ id }) => <ManagePage key={id} id={id} />}</Route>
          <Route path="/operations/messages">
            <Suspense>
              <MessagesPage />
            </Suspense>
          </Route>
          <Route>
            <NotFoundPage />
          </Route>
        </Switch>
      </QueryClientProvider>
    </ErrorBoundary>
  );
}
