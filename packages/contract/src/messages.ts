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
      'pending: not in the queue yet; enqueued: in the queue; sending: leased by a worker; failed: permanently rejected; dead: all attempts failed; unknown: it may or may not have been sent; cancelled: obsolete, or the client opted out',
  },
);
export type MessageState = Static<typeof MessageState>;

/** A message about a booking or a barber's day, for operators. The recipient is that of the booking or the barber. */
export const Message = Strict({
  id: Id,
  shop: Type.String(),
  booking_id: Type.Union([Id, Type.Null()]),
  booking_version: Type.Union([Type.Integer(), Type.Null()]),
  barber_id: Type.Union([Id, Type.Null()], { description: 'The barber of a daily schedule' }),
  kind: Type.String(),
  occasion: Type.String({
    description: 'For a reminder, its duration before the booking; for a daily schedule, its date',
  }),
  state: MessageState,
  due_at: Instant,
  attempts: Type.Integer(),
  unknown_outcomes: Type.Integer({ description: 'Attempts with an unknown outcome' }),
  last_error: Type.Union([Type.String(), Type.Null()]),
  finished_at: Type.Union([Instant, Type.Null()]),
  can_retry: Type.Boolean({ description: 'Whether a retry can be requested' }),
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
  messages: Type.Array(Message, { description: 'Latest due date first' }),
});
export type MessageList = Static<typeof MessageList>;

export const MessageRetry = Strict({
  ids: Type.Array(Id, { minItems: 1, maxItems: 200, uniqueItems: true }),
});
export type MessageRetry = Static<typeof MessageRetry>;
export const MessageRetryResult = Strict({
  retried: Type.Array(Id),
  not_retried: Type.Array(Id, {
    description: 'Not retried: they are not failed, dead or unknown, or they are obsolete',
  }),
});
export type MessageRetryResult = Static<typeof MessageRetryResult>;

/** What a pause applies to: all messages, or one kind. */
export const PauseTarget = Type.String({
  maxLength: 48,
  pattern: '^(all|kind:[a-z_-]{1,40})$',
  description: 'all, or kind: followed by a message kind, such as kind:reminder',
});
const OperatorName = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^[^\\p{Cc}\\p{Cs}]*[^\\p{Cc}\\p{Cs}\\s][^\\p{Cc}\\p{Cs}]*$',
  description: 'Name of the operator, visible to other operators',
});
const Reason = Type.String({
  minLength: 1,
  maxLength: 500,
  pattern: '^[^\\p{Cc}\\p{Cs}]*[^\\p{Cc}\\p{Cs}\\s][^\\p{Cc}\\p{Cs}]*$',
  description: 'Reason, visible to other operators',
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
    description: 'Whether it was already paused; the existing pause keeps its reason',
  }),
  in_progress: Type.Integer({ minimum: 0, description: 'Messages that are being sent; they are completed' }),
  effective_immediately: Type.Boolean({
    description:
      'Whether all earlier leases have ended. false: a worker may still send messages that it leased before the pause',
  }),
});
export type MessagePauseResult = Static<typeof MessagePauseResult>;

export const ResumeMessages = Strict({ target: PauseTarget, by: OperatorName });
export type ResumeMessages = Static<typeof ResumeMessages>;
export const MessageResumeResult = Strict({
  resumed: Type.Union([MessagePause, Type.Null()], { description: 'null: it was not paused' }),
  still_paused: Type.Array(MessagePause, { description: 'Other active pauses' }),
});
export type MessageResumeResult = Static<typeof MessageResumeResult>;

export const MessagePauses = Strict({
  pauses: Type.Array(MessagePause, { description: 'Active pauses, oldest first' }),
  ended: Type.Array(MessagePause, { description: 'Recently ended pauses, newest first' }),
  pause_targets: Type.Array(PauseTarget),
});
export type MessagePauses = Static<typeof MessagePauses>;

/** The path of the queue board. The same response sets the access cookie. */
export const QueueBoardSession = Strict({ path: Type.String() });
export type QueueBoardSession = Static<typeof QueueBoardSession>;

const Count = Type.Integer({ minimum: 0 });

const KindRate = Strict({
  kind: Type.String(),
  sent_last_5_minutes: Count,
  sent_last_hour: Count,
  failed_last_hour: Type.Integer({ minimum: 0, description: 'Permanently rejected or dead-lettered' }),
  waiting: Type.Integer({
    minimum: 0,
    description: 'Due messages that have not been sent, including paused ones',
  }),
});

const SendingWorker = Strict({
  delivers_from: Type.Union([Type.Literal('queue'), Type.Literal('outbox')]),
  in_progress: Type.Integer({ minimum: 0, description: 'Messages being sent' }),
});

export const ScheduledTaskState = Strict({
  name: Type.String(),
  due_at: Type.String({ format: 'date-time' }),
  running: Type.Boolean(),
  ended_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
    description: 'End of the most recent run',
  }),
  outcome: Type.Union([Type.String(), Type.Null()], {
    description: 'Result of the most recent run, or its error',
  }),
  failed: Type.Boolean(),
});
export type ScheduledTaskState = Static<typeof ScheduledTaskState>;

export const MessageStats = Strict({
  states: Type.Record(Type.String(), Count),
  late: Type.Integer({
    minimum: 0,
    description: 'Messages that have been due for more than two minutes, excluding paused ones',
  }),
  lag_seconds: Type.Number({
    minimum: 0,
    description: 'How long the oldest due message that is not paused has been waiting',
  }),
  paused: Type.Integer({ minimum: 0, description: 'Due messages that are paused' }),
  finished_last_5_minutes: Type.Record(Type.String(), Count, {
    description: 'By final state, such as sent',
  }),
  kinds: Type.Array(KindRate),
  workers: Type.Array(SendingWorker, { description: 'Workers that reported in the last 30 seconds' }),
  pauses: Type.Array(MessagePause),
  tasks: Type.Array(ScheduledTaskState, { description: 'Recurring tasks of the workers' }),
});
export type MessageStats = Static<typeof MessageStats>;
