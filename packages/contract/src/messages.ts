import { type Static, Type } from 'typebox';
import { Id, Instant, Slug, Strict } from './values.ts';

export const MessageState = Type.Union(
  [
    Type.Literal('pending'),
    Type.Literal('handed'),
    Type.Literal('sending'),
    Type.Literal('sent'),
    Type.Literal('failed'),
    Type.Literal('dead'),
    Type.Literal('unknown'),
    Type.Literal('cancelled'),
  ],
  {
    description:
      'pending: nobody was told; handed: the queue has it; sending: a worker has it; failed: refused for good; dead: tried as often as allowed; unknown: nobody knows whether it was sent; cancelled: no longer true, or not wanted',
  },
);
export type MessageState = Static<typeof MessageState>;

/** A message about a booking, for operators; whom it is for stands with the booking. */
export const Message = Strict({
  id: Id,
  shop: Type.String(),
  booking_id: Id,
  booking_version: Type.Integer(),
  kind: Type.String(),
  occasion: Type.String({ description: 'Of a reminder, its time before the visit' }),
  state: MessageState,
  due_at: Instant,
  attempts: Type.Integer(),
  unknowns: Type.Integer({ description: 'How often nobody knew whether it had been sent' }),
  last_error: Type.Union([Type.String(), Type.Null()]),
  settled_at: Type.Union([Instant, Type.Null()]),
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
export const MessagesRetried = Strict({
  retried: Type.Array(Id),
  left: Type.Array(Id, {
    description: 'Not tried again: they are not failed, dead or unknown, or what they say is no longer true',
  }),
});
export type MessagesRetried = Static<typeof MessagesRetried>;

const Count = Type.Integer({ minimum: 0 });
export const MessageStats = Strict({
  states: Type.Record(Type.String(), Count),
  late: Type.Integer({ minimum: 0, description: 'Messages that should have gone out two minutes ago' }),
  lag_seconds: Type.Number({ minimum: 0, description: 'Since when the oldest due message waits' }),
  ended_in_five_minutes: Type.Record(Type.String(), Count, {
    description: 'By how they ended, such as sent',
  }),
});
export type MessageStats = Static<typeof MessageStats>;
