import { useCallback } from 'react';
import { useLocation, useSearch } from 'wouter';

/** What the visitor is doing on a booking's page; it stands in the query, so that "back" leads back to the booking. */
export type Task = 'overview' | 'move' | 'cancel';

/** Task and its setter. The fragment, which is the token, is kept in the address. */
export function useTask(): [Task, (task: Task, options?: { replace?: boolean }) => void] {
  const wanted = new URLSearchParams(useSearch()).get('do');
  const [path, navigate] = useLocation();
  const setTask = useCallback(
    (task: Task, options: { replace?: boolean } = {}) => {
      navigate(`${path}${task === 'overview' ? '' : `?do=${task}`}${window.location.hash}`, options);
    },
    [path, navigate],
  );
  return [wanted === 'move' || wanted === 'cancel' ? wanted : 'overview', setTask];
}
