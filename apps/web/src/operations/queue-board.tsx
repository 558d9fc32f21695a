import { useMutation } from '@tanstack/react-query';
import { ApiError } from '../shared/api/problem.ts';
import { FailureNotice } from '../shared/layout/failure-notice.tsx';
import { openBoard } from './operator-calls.ts';

/** Opens the read-only queue board. Pausing and retrying is done on this page. */
export function QueueBoard({ token }: { token: string }) {
  const open = useMutation({
    mutationFn: () => openBoard(token),
    onSuccess: ({ path }) => window.location.assign(path),
  });
  const isMissing = open.error instanceof ApiError && open.error.status === 404;
  return (
    <section className="operations-part" aria-labelledby="board">
      <h2 id="board">Queue in Redis</h2>
      <p className="soft">The queue only wakes workers. The database determines which messages are due.</p>
      <button
        type="button"
        className="button button-quiet"
        disabled={open.isPending}
        onClick={() => open.mutate()}
      >
        Open queue board
      </button>
      {isMissing && <p role="alert">There is no queue: the server has no Redis for jobs.</p>}
      {open.isError && !isMissing && <FailureNotice error={open.error} />}
    </section>
  );
}
