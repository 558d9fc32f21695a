import { useCallback } from 'react';
import { useLocation, useSearch } from 'wouter';

/** The current task on a booking page. Stored in the query, so that "back" returns to the overview. */
export type Task = 'overview' | 'move' | 'cancel';

/** The task and its setter. The setter preserves the fragment, which contains the token. */
export function useTask(): [Task, (task: Task, options?: { replace?: boolean }) => void] {
  const task = new URLSearchParams(useSearch()).get('do');
  const [path, navigate] = useLocation();
  const setTask = useCallback(
    (next: Task, options: { replace?: boolean } = {}) => {
      navigate(`${path}${next === 'overview' ? '' : `?do=${next}`}${window.location.hash}`, options);
    },
    [path, navigate],
  );
  return [task === 'move' || task === 'cancel' ? task : 'overview', setTask];
}
