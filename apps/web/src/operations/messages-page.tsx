import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiError } from '../shared/api/problem.ts';
import { FailureNotice } from '../shared/layout/failure-notice.tsx';
import { Loading } from '../shared/layout/loading.tsx';
import { PageHeading } from '../shared/layout/page-heading.tsx';
import { SiteFrame } from '../shared/layout/site-frame.tsx';
import '../shared/styles/operations.css';
import { operationsKey, statsQuery } from './operator-calls.ts';
import { useOperatorToken } from './operator-token.ts';
import { Pauses } from './pauses.tsx';
import { QueueBoard } from './queue-board.tsx';
import { DeliveryFigures } from './sending-figures.tsx';
import { SignIn } from './sign-in.tsx';
import { StuckMessages } from './stuck-messages.tsx';
import { Tasks } from './tasks.tsx';

/** Message delivery for operators: figures, pauses, stuck messages and scheduled tasks. */
export default function MessagesPage() {
  const [token, setToken] = useOperatorToken();
  const queryClient = useQueryClient();
  const stats = useQuery({ ...statsQuery(token ?? ''), enabled: token !== null });
  const isRejected = stats.error instanceof ApiError && stats.error.status === 401;
  const signOut = (): void => {
    setToken(null);
    queryClient.removeQueries({ queryKey: operationsKey });
  };
  const signIn = (next: string): void => {
    queryClient.removeQueries({ queryKey: operationsKey });
    setToken(next);
  };
  return (
    <SiteFrame footer={<p>For operators</p>}>
      <div className="step">
        <PageHeading title="Messages">Messages</PageHeading>
        {token === null || isRejected ? (
          <SignIn isRejected={isRejected} onToken={signIn} />
        ) : (
          <>
            {stats.isPending && <Loading what="the figures" rows={3} />}
            {stats.isError && (
              <FailureNotice
                error={stats.error}
                onRetry={() => void stats.refetch()}
                retrying={stats.isFetching}
              />
            )}
            {stats.data && (
              <>
                <DeliveryFigures stats={stats.data} />
                <Pauses token={token} />
                <StuckMessages token={token} states={stats.data.states} />
                <Tasks tasks={stats.data.tasks} />
                <QueueBoard token={token} />
              </>
            )}
            <p className="button-row">
              <button type="button" className="button button-quiet" onClick={signOut}>
                Sign out
              </button>
            </p>
          </>
        )}
      </div>
    </SiteFrame>
  );
}
