import type { BookingStatus } from '@bookedbarber/contract';
import type { ColumnType, Generated } from 'kysely';

/** Rows of the PostgreSQL tables (see migrations/). Columns are snake_case in the database and camelCase here. */
export type Database = {
  organisation: OrganisationTable;
  shop: ShopTable;
  service: ServiceTable;
  barber: BarberTable;
  barberService: { shopId: string; barberId: string; serviceId: string };
  weeklySchedule: { barberId: string; weekday: number; periods: DayPeriodsColumn };
  dateOverride: DateOverrideTable;
  timeOff: TimeOffTable;
  client: ClientTable;
  booking: BookingTable;
  bookingSegment: BookingSegmentTable;
  idempotencyRecord: IdempotencyRecordTable;
  outboxMessage: OutboxMessageTable;
  outboxInvalidation: OutboxInvalidationTable;
  outboxMailbox: OutboxMailboxTable;
  outboxPause: OutboxPauseTable;
  outboxOutcomeCount: { kind: string; outcome: string; total: string };
  outboxWorker: OutboxWorkerTable;
  smsOptOut: { phone: string; optedOutAt: Date };
  smsUsage: { shopId: string; date: DateColumn; messages: number; segments: number };
  scheduledTask: ScheduledTaskTable;
  shopDayDone: { shopId: string; task: string; date: DateColumn };
  analyticsDay: AnalyticsDayTable;
};

/** An int4multirange in its text form, such as {[540,1020)}; see day-periods.ts. */
type DayPeriodsColumn = string;
/** A calendar day, YYYY-MM-DD. */
type DateColumn = ColumnType<string, string, string>;

type OrganisationTable = { id: Generated<string>; slug: string; name: string; createdAt: Generated<Date> };

type ShopTable = {
  id: Generated<string>;
  organisationId: string;
  slug: string;
  name: string;
  zone: string;
  currency: string;
  country: string;
  address: Generated<string>;
  phone: string | null;
  email: string | null;
  slotIntervalMinutes: Generated<number>;
  minNoticeMinutes: Generated<number>;
  maxAdvanceDays: Generated<number>;
  sameDayCutoffMinute: number | null;
  changeNoticeMinutes: Generated<number>;
  requiresApproval: Generated<boolean>;
  /** ISO 8601 durations. */
  reminders: Generated<string[]>;
  quietFromMinute: Generated<number | null>;
  quietUntilMinute: Generated<number | null>;
  dailyScheduleMinute: Generated<number | null>;
  noShowFollowUp: Generated<boolean>;
  createdAt: Generated<Date>;
};

type ServiceTable = {
  id: Generated<string>;
  shopId: string;
  code: string;
  name: string;
  category: Generated<string>;
  description: Generated<string>;
  durationMinutes: number;
  bufferBeforeMinutes: Generated<number>;
  bufferAfterMinutes: Generated<number>;
  priceCents: number;
  active: Generated<boolean>;
};

type BarberTable = {
  id: Generated<string>;
  shopId: string;
  code: string | null;
  name: string;
  email: string | null;
  active: Generated<boolean>;
};

type DateOverrideTable = {
  id: Generated<string>;
  shopId: string;
  barberId: string | null;
  date: DateColumn;
  periods: DayPeriodsColumn;
  reason: Generated<string>;
};

type TimeOffTable = {
  id: Generated<string>;
  shopId: string;
  barberId: string;
  startsAt: Date;
  endsAt: Date;
  reason: Generated<string>;
};

type ClientTable = {
  id: Generated<string>;
  organisationId: string;
  ref: string | null;
  name: string;
  email: string | null;
  phone: string | null;
  zone: string | null;
  language: Generated<string>;
  channel: Generated<'email' | 'sms' | 'none'>;
  createdAt: Generated<Date>;
};

type BookingTable = {
  id: Generated<string>;
  shopId: string;
  clientId: string | null;
  status: BookingStatus;
  version: Generated<number>;
  source: 'guest' | 'staff' | 'import';
  name: Generated<string>;
  email: string | null;
  phone: string | null;
  note: Generated<string>;
  zone: string | null;
  language: Generated<string>;
  channel: Generated<'email' | 'sms' | 'none'>;
  startsAt: Date;
  endsAt: Date;
  heldUntil: Date | null;
  cancelledAt: Date | null;
  cancelReason: string | null;
  createdAt: Date;
};

type BookingSegmentTable = {
  bookingId: string;
  position: number;
  shopId: string;
  status: BookingStatus;
  barberId: string;
  serviceId: string;
  startsAt: Date;
  endsAt: Date;
  /** A tstzrange: written as text, read with lower() and upper(). */
  blocked: string;
  priceCents: number;
  ref: string | null;
};

type IdempotencyRecordTable = {
  scope: string;
  key: string;
  request: Buffer;
  status: number;
  /** JSON as text, so that the keys of the response are not converted like column names. */
  body: string;
  createdAt: Date;
};

export type MessageState =
  | 'pending'
  | 'enqueued'
  | 'sending'
  | 'sent'
  | 'failed'
  | 'dead'
  | 'unknown'
  | 'cancelled';

type OutboxMessageTable = {
  id: Generated<string>;
  shopId: string;
  /** Set together with its version; null for a message about a barber's day. */
  bookingId: string | null;
  bookingVersion: number | null;
  barberId: string | null;
  kind: string;
  state: Generated<MessageState>;
  dueAt: Date;
  attempts: Generated<number>;
  generation: Generated<number>;
  enqueuedAt: Date | null;
  claimToken: string | null;
  claimedUntil: Date | null;
  unknownOutcomes: Generated<number>;
  occasion: Generated<string>;
  priority: Generated<number>;
  supersededAt: Date | null;
  follows: string | null;
  lastError: string | null;
  createdAt: Date;
  finishedAt: Date | null;
};

type OutboxInvalidationTable = {
  /** A bigint, as text. */
  id: Generated<string>;
  namespace: string;
  tags: string[];
  createdAt: Generated<Date>;
  appliedAt: Date | null;
};

type OutboxMailboxTable = {
  /** A bigint, as text. */
  id: Generated<string>;
  messageId: string;
  recipient: string;
  subject: string;
  textBody: string;
  htmlBody: string;
  calendar: string | null;
  createdAt: Date;
};

type ScheduledTaskTable = {
  name: string;
  dueAt: Date;
  claimToken: string | null;
  claimedUntil: Date | null;
  startedAt: Date | null;
  endedAt: Date | null;
  outcome: string | null;
  failed: Generated<boolean>;
};

type AnalyticsDayTable = {
  shopId: string;
  date: DateColumn;
  barberId: string | null;
  bookings: number;
  services: number;
  completed: number;
  noShows: number;
  cancelled: number;
  /** A bigint, as text. */
  revenueCents: ColumnType<string, number, number>;
  bookedMinutes: number;
};

type OutboxPauseTable = {
  /** A bigint, as text. */
  id: Generated<string>;
  target: string;
  reason: string;
  pausedBy: string;
  pausedAt: Date;
  resumedBy: string | null;
  resumedAt: Date | null;
};

type OutboxWorkerTable = {
  id: string;
  reportedAt: Generated<Date>;
  deliversFrom: 'queue' | 'outbox';
  inProgress: number;
  evictionPolicy: string | null;
  /** Bigints, as text. */
  usedBytes: string | null;
  maxBytes: string | null;
  skewMs: number | null;
};
