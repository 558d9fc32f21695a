import type {
  MessageList,
  MessagePauseResult,
  MessagePauses,
  MessageResumeResult,
  MessageRetry,
  MessageRetryResult,
  MessageState,
  MessageStats,
  PauseMessages,
  QueueBoardSession,
  ResumeMessages,
} from '@bookedbarber/contract';
import { queryOptions } from '@tanstack/react-query';
import { callApi } from '../shared/api/client.ts';
import { randomId } from '../shared/api/random-id.ts';

/** Refresh interval of the figures, in ms. */
const refreshMs = 5000;

/** Prefix of the query keys for operator data. */
export const operationsKey = ['operations'] as const;

export const statsQuery = (operatorToken: string) =>
  queryOptions({
    queryKey: [...operationsKey, 'stats'],
    queryFn: ({ signal }) => callApi<MessageStats>({ path: '/messages/stats', operatorToken, signal }),
    refetchInterval: refreshMs,
  });

export const pausesQuery = (operatorToken: string) =>
  queryOptions({
    queryKey: [...operationsKey, 'pauses'],
    queryFn: ({ signal }) => callApi<MessagePauses>({ path: '/messages/pauses', operatorToken, signal }),
    refetchInterval: refreshMs,
  });

export const messagesQuery = (operatorToken: string, state: MessageState) =>
  queryOptions({
    queryKey: [...operationsKey, 'messages', state],
    queryFn: ({ signal }) =>
      callApi<MessageList>({ path: `/messages?state=${state}&limit=50`, operatorToken, signal }),
    refetchInterval: refreshMs,
  });

function post<Result>(operatorToken: string, path: string, body: unknown): Promise<Result> {
  return callApi<Result>({ method: 'POST', path, body, operatorToken, idempotencyKey: randomId() });
}

export const pause = (token: string, body: PauseMessages) =>
  post<MessagePauseResult>(token, '/messages/pause', body);
export const resume = (token: string, body: ResumeMessages) =>
  post<MessageResumeResult>(token, '/messages/resume', body);
/** Gives this browser access to the queue board, and returns its path. */
export const openBoard = (token: string) => post<QueueBoardSession>(token, '/messages/board', {});
export const retry = (token: string, body: MessageRetry) =>
  post<MessageRetryResult>(token, '/messages/retry', body);
