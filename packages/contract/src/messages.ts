import { type Static, Type } from 'typebox';
import { Id, Instant, Slug, Strict } from './values.ts';

export const MessageState = Type.Union(
  [
    Type.Literal('pending'),
    Type.Literal('enqueued'),
    Type.Literal('sending'),
    Type.Literal('sent'),
    Type.Literal('failed'),
    Type.Literal('dead'),
    Type.Literal('unknown'),
    Type.Literal('cancelled'),
  ],
  {
    description:
      'pending: nobody was told; enqueued: the queue has it; sending: a worker has it; failed: refused for good; dead: tried as often as allowed; unknown: nobody knows whether it was sent; cancelled: no longer true, or not wanted',
  },
);
export type MessageState = Static<typeof MessageState>;

/** A message about a booking or a barber's day, for operators; whom it is for stands with those. */
export const Message = Strict({
  id: Id,
  shop: Type.String(),
  booking_id: Type.Union([Id, Type.Null()]),
  booking_version: Type.Union([Type.Integer(), Type.Null()]),
  barber_id: Type.Union([Id, Type.Null()], { description: 'Whose day it is about' }),
  kind: Type.String(),
  occasion: Type.String({ description: 'Of a reminder, its time before the visit; of a day, its date' }),
  state: MessageState,
  due_at: Instant,
  attempts: Type.Integer(),
  unknown_outcomes: Type.Integer({ description: 'How often nobody knew whether it had been sent' }),
  last_error: Type.Union([Type.String(), Type.Null()]),
  finished_at: Type.Union([Instant, Type.Null()]),
  can_retry: Type.Boolean({ description: 'Whether it would be sent again on request' }),
});
export type Message = Static<typeof Message>;

export const MessageListQuery = Strict({
  state: MessageState,
  shop: Type.Optional(Slug),
  kind: Type.Optional(Type.String({ maxLength: 40, pattern: '^[a-z_-]+$' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000, default: 0 })),
});
export type MessageListQuery = Static<typeof MessageListQuery>;
export const MessageList = Strict({
  messages: Type.Array(Message, { description: 'The newest due first' }),
});
export type MessageList = Static<typeof MessageList>;

export const MessageRetry = Strict({
  ids: Type.Array(Id, { minItems: 1, maxItems: 200, uniqueItems: true }),
});
export type MessageRetry = Static<typeof MessageRetry>;
export const MessageRetryResult = Strict({
  retried: Type.Array(Id),
  not_retried: Type.Array(Id, {
    description: 'Not tried again: they are not failed, dead or unknown, or what they say is no longer true',
  }),
});
export type MessageRetryResult = Static<typeof MessageRetryResult>;

/** What can be paused: everything, or one kind. */
export const PauseTarget = Type.String({
  maxLength: 48,
  pattern: '^(all|kind:[a-z_-]{1,40})$',
  description: 'all, or kind: and a kind of message, such as kind:reminder',
});
const OperatorName = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^[^\\p{Cc}\\p{Cs}]*[^\\p{Cc}\\p{Cs}\\s][^\\p{Cc}\\p{Cs}]*$',
  description: 'Who does it, for the others to see',
});
const Reason = Type.String({
  minLength: 1,
  maxLength: 500,
  pattern: '^[^\\p{Cc}\\p{Cs}]*[^\\p{Cc}\\p{Cs}\\s][^\\p{Cc}\\p{Cs}]*$',
  description: 'Why, for the others to see',
});

export const MessagePause = Strict({
  target: PauseTarget,
  reason: Type.String(),
  paused_by: Type.String(),
  paused_at: Type.String({ format: 'date-time' }),
  resumed_by: Type.Union([Type.String(), Type.Null()]),
  resumed_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
});
export type MessagePause = Static<typeof MessagePause>;

export const PauseMessages = Strict({ target: PauseTarget, reason: Reason, by: OperatorName });
export type PauseMessages = Static<typeof PauseMessages>;
export const MessagePauseResult = Strict({
  pause: MessagePause,
  already_paused: Type.Boolean({
    description: 'Whether it was paused before; then that pause goes on with its own reason',
  }),
  in_progress: Type.Integer({ minimum: 0, description: 'Messages that were being sent; these are finished' }),
  effective_immediately: Type.Boolean({
    description:
      'Whether every claim of a message from before has ended. false: claims that somebody held up may still take place',
  }),
});
export type MessagePauseResult = Static<typeof MessagePauseResult>;

export const ResumeMessages = Strict({ target: PauseTarget, by: OperatorName });
export type ResumeMessages = Static<typeof ResumeMessages>;
export const MessageResumeResult = Strict({
  resumed: Type.Union([MessagePause, Type.Null()], { description: 'null: it was not paused' }),
  still_paused: Type.Array(MessagePause, { description: 'Other pauses, which go on' }),
});
export type MessageResumeResult = Static<typeof MessageResumeResult>;

export const MessagePauses = Strict({
  pauses: Type.Array(MessagePause, { description: 'Those that hold, the oldest first' }),
  ended: Type.Array(MessagePause, { description: 'The last ones that ended, the newest first' }),
  pause_targets: Type.Array(PauseTarget),
});
export type MessagePauses = Static<typeof MessagePauses>;

/** The address of the queue board, for the browser that got the pass as a cookie. */
export const QueueBoardPass = Strict({ path: Type.String() });
export type QueueBoardPass = Static<typeof QueueBoardPass>;

const Count = Type.Integer({ minimum: 0 });

const KindRate = Strict({
  kind: Type.String(),
  sent_last_5_minutes: Count,
  sent_last_hour: Count,
  failed_last_hour: Type.Integer({ minimum: 0, description: 'Refused or given up' }),
  waiting: Type.Integer({ minimum: 0, description: 'Due and not sent, held by a pause or not' }),
});

const SendingWorker = Strict({
  delivers_from: Type.Union([Type.Literal('queue'), Type.Literal('outbox')]),
  in_progress: Type.Integer({ minimum: 0, description: 'Messages in work' }),
});

export const ScheduledTaskState = Strict({
  name: Type.String(),
  due_at: Type.String({ format: 'date-time' }),
  running: Type.Boolean(),
  ended_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
    description: 'Of the newest run',
  }),
  outcome: Type.Union([Type.String(), Type.Null()], { description: 'What it came to, or why it failed' }),
  failed: Type.Boolean(),
});
export type ScheduledTaskState = Static<typeof ScheduledTaskState>;

export const MessageStats = Strict({
  states: Type.Record(Type.String(), Count),
  late: Type.Integer({
    minimum: 0,
    description:
      'Messages that should have gone out two minutes ago; those that a pause holds are not among them',
  }),
  lag_seconds: Type.Number({
    minimum: 0,
    description: 'Since when the oldest due message waits that no pause holds',
  }),
  paused: Type.Integer({ minimum: 0, description: 'Due messages that a pause holds' }),
  finished_last_5_minutes: Type.Record(Type.String(), Count, {
    description: 'By how they ended, such as sent',
  }),
  kinds: Type.Array(KindRate),
  workers: Type.Array(SendingWorker, { description: 'Workers that have reported in the last half minute' }),
  pauses: Type.Array(MessagePause),
  tasks: Type.Array(ScheduledTaskState, { description: 'What workers do again and again by themselves' }),
});
export type MessageStats = Static<typeof MessageStats>;
