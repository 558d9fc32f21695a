import { useMutation } from '@tanstack/react-query';
import { ApiError } from '../shared/api/problem.ts';
import { FailureNotice } from '../shared/layout/failure-notice.tsx';
import { openBoard } from './operator-calls.ts';

/** Opens the board of the queue, which only shows: what is paused or sent again is decided on this page. */
export function QueueBoard({ token }: { token: string }) {
  const open = useMutation({
    mutationFn: () => openBoard(token),
    onSuccess: ({ path }) => window.location.assign(path),
  });
  const none = open.error instanceof ApiError && open.error.status === 404;
  return (
    <section className="operations-part" aria-labelledby="board">
      <h2 id="board">The queue in Redis</h2>
      <p className="soft">It only rings: what is to be sent, and when, stands above.</p>
      <button
        type="button"
        className="button button-quiet"
        disabled={open.isPending}
        onClick={() => open.mutate()}
      >
        Open the board
      </button>
      {none && <p role="alert">There is no queue: the server has no Redis for jobs.</p>}
      {open.isError && !none && <FailureNotice error={open.error} />}
    </section>
  );
}
