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
import { answers } from '../../http/route-schemas.ts';
import type { Context } from '../../main/context.ts';
import {
  endedPauses,
  type Pause,
  pauseSending,
  presentPauses,
  resumeSending,
} from '../../outbox/messages/pauses.ts';
import type { OutboxCountReader } from './outbox-monitor.ts';

/** Ended pauses that are shown. */
const endedShown = 20;

/** Pausing of sending and going on, for operators: what, who, why and when. */
export function pauseRoutes(app: App, context: Context, outbox: OutboxCountReader): void {
  const { clock, db, messageKinds, operator } = context;
  const common = { tags: ['operations'] };
  const onRequest = operator.requireOperator;
  const pause_targets = ['all', ...messageKinds.map((kind) => `kind:${kind}`)];

  /** A misspelt kind would pause nothing and look as if it did. */
  function known(what: string): string {
    if (!pause_targets.includes(what))
      throw problem(
        'invalid_request',
        `There is nothing called ${what} to pause. Name one of: ${pause_targets.join(', ')}.`,
      );
    return what;
  }

  app.get(
    '/api/v1/messages/pauses',
    {
      onRequest,
      schema: {
        operationId: 'listMessagePauses',
        ...common,
        summary: 'What is paused, by whom and why, and what was',
        response: answers({ 200: MessagePauses }, 'unauthorized'),
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      const [pauses, ended] = await Promise.all([presentPauses(db), endedPauses(db, endedShown)]);
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
        summary: 'Pause the sending of all messages, or of a kind',
        description:
          'Nothing is lost: messages wait in the database, also when Redis loses everything, and go out when sending is resumed.',
        body: PauseMessages,
        response: answers({ 200: MessagePauseResult }, 'unauthorized'),
      },
    },
    async (request, reply) => {
      const { target: what, reason, by } = request.body;
      const answer = await once(context, request, reply, async (tx) => {
        const paused = await pauseSending(tx, { target: known(what), reason, by, nowMs: clock.nowMs() });
        const { pause, alreadyPaused, inProgress, atOnce } = paused;
        return {
          status: 200,
          body: {
            pause: toPause(pause),
            already_paused: alreadyPaused,
            in_progress: inProgress,
            effective_immediately: atOnce,
          },
        };
      });
      outbox.forget();
      return answer;
    },
  );

  app.post(
    '/api/v1/messages/resume',
    {
      onRequest,
      schema: {
        operationId: 'resumeMessages',
        ...common,
        summary: 'End a pause: what is due goes out',
        body: ResumeMessages,
        response: answers({ 200: MessageResumeResult }, 'unauthorized'),
      },
    },
    async (request, reply) => {
      const { target: what, by } = request.body;
      const answer = await once(context, request, reply, async (tx) => {
        const resumed = await resumeSending(tx, { target: known(what), by, nowMs: clock.nowMs() });
        const still = await presentPauses(tx);
        return {
          status: 200,
          body: { resumed: resumed && toPause(resumed), still_paused: still.map(toPause) },
        };
      });
      outbox.forget();
      return answer;
    },
  );
}

export function toPause({
  target: what,
  reason,
  pausedBy,
  pausedAt,
  resumedBy,
  resumedAt,
}: Pause): MessagePause {
  return {
    target: what,
    reason,
    paused_by: pausedBy,
    paused_at: pausedAt.toISOString(),
    resumed_by: resumedBy,
    resumed_at: resumedAt === null ? null : resumedAt.toISOString(),
  };
}
