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
  QueueBoardPass,
  ResumeMessages,
} from '@bookedbarber/contract';
import { queryOptions } from '@tanstack/react-query';
import { callApi } from '../shared/api/client.ts';
import { randomId } from '../shared/api/random-id.ts';

/** How often figures are asked for anew, in ms. */
const everyMs = 5000;

/** Begins the keys of everything that operators see. */
export const operationsKey = ['operations'] as const;

export const statsQuery = (operatorToken: string) =>
  queryOptions({
    queryKey: [...operationsKey, 'stats'],
    queryFn: ({ signal }) => callApi<MessageStats>({ path: '/messages/stats', operatorToken, signal }),
    refetchInterval: everyMs,
  });

export const pausesQuery = (operatorToken: string) =>
  queryOptions({
    queryKey: [...operationsKey, 'pauses'],
    queryFn: ({ signal }) => callApi<MessagePauses>({ path: '/messages/pauses', operatorToken, signal }),
    refetchInterval: everyMs,
  });

export const messagesQuery = (operatorToken: string, state: MessageState) =>
  queryOptions({
    queryKey: [...operationsKey, 'messages', state],
    queryFn: ({ signal }) =>
      callApi<MessageList>({ path: `/messages?state=${state}&limit=50`, operatorToken, signal }),
    refetchInterval: everyMs,
  });

function post<Answer>(operatorToken: string, path: string, body: unknown): Promise<Answer> {
  return callApi<Answer>({ method: 'POST', path, body, operatorToken, idempotencyKey: randomId() });
}

export const pause = (token: string, body: PauseMessages) =>
  post<MessagePauseResult>(token, '/messages/pause', body);
export const resume = (token: string, body: ResumeMessages) =>
  post<MessageResumeResult>(token, '/messages/resume', body);
/** Gives this browser a pass to the board of the queue, and its path. */
export const openBoard = (token: string) => post<QueueBoardPass>(token, '/messages/board', {});
export const retry = (token: string, body: MessageRetry) =>
  post<MessageRetryResult>(token, '/messages/retry', body);
