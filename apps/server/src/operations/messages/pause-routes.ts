import {
  type MessagePause,
  MessagePauseResult,
  MessagePauses,
  MessageResumeResult,
  PauseMessages,
  ResumeMessages,
} from '@bookedbarber/contract';
import type { App } from '../../http/app-type.ts';
import { once } from '../../http/idempotency.ts';
import { problem } from '../../http/problem.ts';
import { responses } from '../../http/route-schemas.ts';
import type { Context } from '../../main/context.ts';
import {
  activePauses,
  endedPauses,
  type Pause,
  pauseSending,
  resumeSending,
} from '../../outbox/messages/pauses.ts';
import type { OutboxCountReader } from './outbox-monitor.ts';

/** Maximum number of ended pauses in the list. */
const maxEndedPauses = 20;

/** Operator routes to pause and resume the sending of messages. */
export function pauseRoutes(app: App, context: Context, outbox: OutboxCountReader): void {
  const { clock, db, messageKinds, operator } = context;
  const common = { tags: ['operations'] };
  const onRequest = operator.requireOperator;
  const pause_targets = ['all', ...messageKinds.map((kind) => `kind:${kind}`)];

  /** Rejects an unknown target, which would seem to be paused without any effect. */
  function checkTarget(target: string): string {
    if (!pause_targets.includes(target))
      throw problem(
        'invalid_request',
        `${target} is not a pause target. Use one of: ${pause_targets.join(', ')}.`,
      );
    return target;
  }

  app.get(
    '/api/v1/messages/pauses',
    {
      onRequest,
      schema: {
        operationId: 'listMessagePauses',
        ...common,
        summary: 'Active and ended pauses, with operator and reason',
        response: responses({ 200: MessagePauses }, 'unauthorized'),
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      const [pauses, ended] = await Promise.all([activePauses(db), endedPauses(db, maxEndedPauses)]);
      return { pauses: pauses.map(toPause), ended: ended.map(toPause), pause_targets };
    },
  );

  app.post(
    '/api/v1/messages/pause',
    {
      onRequest,
      schema: {
        operationId: 'pauseMessages',
        ...common,
        summary: 'Pause the sending of all messages or of one kind',
        description:
          'No message is lost: messages wait in the database, even if Redis loses its data, and are sent after the pause.',
        body: PauseMessages,
        response: responses({ 200: MessagePauseResult }, 'unauthorized'),
      },
    },
    async (request, reply) => {
      const { target, reason, by } = request.body;
      const response = await once(context, request, reply, async (tx) => {
        const paused = await pauseSending(tx, {
          target: checkTarget(target),
          reason,
          by,
          nowMs: clock.nowMs(),
        });
        const { pause, alreadyPaused, inProgress, immediate } = paused;
        return {
          status: 200,
          body: {
            pause: toPause(pause),
            already_paused: alreadyPaused,
            in_progress: inProgress,
            effective_immediately: immediate,
          },
        };
      });
      outbox.invalidate();
      return response;
    },
  );

  app.post(
    '/api/v1/messages/resume',
    {
      onRequest,
      schema: {
        operationId: 'resumeMessages',
        ...common,
        summary: 'Resume sending: due messages are sent',
        body: ResumeMessages,
        response: responses({ 200: MessageResumeResult }, 'unauthorized'),
      },
    },
    async (request, reply) => {
      const { target, by } = request.body;
      const response = await once(context, request, reply, async (tx) => {
        const resumed = await resumeSending(tx, { target: checkTarget(target), by, nowMs: clock.nowMs() });
        const remaining = await activePauses(tx);
        return {
          status: 200,
          body: { resumed: resumed && toPause(resumed), still_paused: remaining.map(toPause) },
        };
      });
      outbox.invalidate();
      return response;
    },
  );
}

export function toPause({ target, reason, pausedBy, pausedAt, resumedBy, resumedAt }: Pause): MessagePause {
  return {
    target,
    reason,
    paused_by: pausedBy,
    paused_at: pausedAt.toISOString(),
    resumed_by: resumedBy,
    resumed_at: resumedAt === null ? null : resumedAt.toISOString(),
  };
}
