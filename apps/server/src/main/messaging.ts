import { randomUUID } from 'node:crypto';
import { connectQueue, type JobsEvent, startJobs, startLoop } from '@bookedbarber/redis-tier/jobs';
import type { FastifyBaseLogger } from 'fastify';
import { findBooking } from '../booking/booking-record.ts';
import { calendarFile } from '../booking/calendar-file.ts';
import { type BookingNotice, createBookingMessageHandlers } from '../notifications/appointment-handlers.ts';
import { dailyScheduleHandler } from '../notifications/daily-schedule/daily-schedule-handler.ts';
import { createMailboxTransport } from '../notifications/mail/mailbox-transport.ts';
import { createSmtpTransport } from '../notifications/mail/smtp-transport.ts';
import { dailyScheduleKind } from '../notifications/message-kinds.ts';
import { openSms } from '../notifications/sms/open-sms.ts';
import { alertThresholds } from '../operations/alerts/alert-thresholds.ts';
import { startInvalidationRelay } from '../outbox/invalidations/invalidation-relay.ts';
import { invalidationRetentionMs } from '../outbox/invalidations/invalidations.ts';
import { listen } from '../outbox/listen.ts';
import { createMessageStore } from '../outbox/messages/message-store.ts';
import { createOutcomeCounter } from '../outbox/messages/outcome-counts.ts';
import { createSendRate } from '../outbox/messages/send-rate.ts';
import { deleteWorkerReport, reportWorker } from '../outbox/messages/worker-reports.ts';
import { outboxChannels } from '../outbox/notify.ts';
import { createOutageLog } from '../outbox/outage-log.ts';
import type { Context } from './context.ts';

export type MessagingOptions = {
  /** Invalidates cache entries; null: there is no cache, and no relay runs. */
  applyInvalidation: ((namespace: string, tags: readonly string[]) => Promise<boolean>) | null;
  /** Registers a listener for replication id changes: the cache's Redis server may then lack recent invalidations. */
  onReplicationIdChange?: (listener: () => void) => void;
  /**
   * Prefix of the queue's keys, for a Redis that several installations share. Default: derived from REDIS_KEY_PREFIX.
   */
  queuePrefix?: string;
  /** Intervals and timeouts set by tests. */
  tuning?: Parameters<typeof startJobs>[0]['tuning'];
};

/** Everything that processes the outbox, created in one place. */
export type Messaging = ReturnType<typeof startMessaging>;

const reportEveryMs = 5000;
/** Time to finish messages that are being sent when the process stops, in ms; below the process's own limit. */
const graceMs = 5000;

/** Prefix of the queue's keys. The hash tag places them in one slot of a Redis cluster. */
export function queuePrefixOf({ redis }: Pick<Context['config'], 'redis'>): string {
  return `{${redis.keyPrefix}:j}`;
}

export function startMessaging(context: Context, logger: FastifyBaseLogger, options: MessagingOptions) {
  const { config, clock, db, catalog, clientReader, links } = context;

  async function findBookingNotice(bookingId: string): Promise<BookingNotice> {
    const booking = await findBooking(db, bookingId);
    const shop = await catalog.shopById(db, booking.shopId);
    const preferences = await clientReader.preferences(shop.organisationId, booking.clientId ?? '');
    // A client's opt-out from all messages overrides the channel of the booking.
    return { booking, shop, channel: preferences?.channel === 'none' ? 'none' : booking.channel };
  }

  const transport =
    config.mail.smtpUrl === null
      ? createMailboxTransport(db, clock)
      : createSmtpTransport(config.mail.smtpUrl);
  const { ratePerSecond, from } = config.mail;
  const sendRate =
    ratePerSecond === null ? null : createSendRate({ db, channel: 'mail', perSecond: ratePerSecond });
  const onError = (where: string) => (error: unknown) => logger.warn({ err: error }, `${where} failed`);
  const outcomeCounter = createOutcomeCounter(db);
  const jobs = startJobs({
    store: createMessageStore(db),
    handlers: {
      ...createBookingMessageHandlers({
        transport,
        sms: openSms({ config: config.sms, db, clock }),
        from,
        findBookingNotice,
        calendarFile,
        links,
        clock,
        sendRate,
      }),
      [dailyScheduleKind]: dailyScheduleHandler({
        db,
        transport,
        from,
        findShop: (shopId) => catalog.shopById(db, shopId),
        clock,
        sendRate,
      }),
    },
    redis:
      config.redis.jobs === null
        ? null
        : connectQueue(
            {
              server: config.redis.jobs,
              name: 'bookedbarber jobs',
              commandTimeoutMs: config.redis.jobs.socketTimeoutMs,
            },
            // The health report and the events of the jobs report an outage once.
            (error) =>
              logger.debug({ reason: error.message }, 'the Redis server of the queue is unreachable'),
          ),
    clock,
    prefix: options.queuePrefix ?? queuePrefixOf(config),
    ...(options.tuning === undefined ? {} : { tuning: options.tuning }),
    limits: { memory: alertThresholds.memoryPage, skewMs: alertThresholds.skewMs },
    onEvent(event) {
      outcomeCounter.note(event);
      logEvent(logger, event);
    },
  });
  const relaying = createOutageLog(logger, 'applying invalidations');
  const relay =
    options.applyInvalidation &&
    startInvalidationRelay({
      db,
      apply: options.applyInvalidation,
      onError: relaying.failed,
      onSuccess: relaying.succeeded,
    });
  if (relay !== null) {
    // The new primary may lack invalidations that the old one acknowledged, and the process that sent them may have
    // exited.
    const reapply = onError('applying invalidations again');
    options.onReplicationIdChange?.(() => void relay.reapplySince(invalidationRetentionMs).catch(reapply));
  }
  const listening = createOutageLog(logger, 'listening to the database');
  const listeners = listen({
    server: { url: config.databaseUrl, authorities: config.databaseAuthorities },
    channels: Object.values(outboxChannels),
    applicationName: 'bookedbarber outbox',
    onNotify(channel) {
      listening.succeeded();
      if (channel === outboxChannels.messages) jobs.wake();
      else relay?.wake();
    },
    onError: listening.failed,
  });
  const worker = randomUUID();
  const reports = startLoop(
    async () => {
      await reportWorker(db, worker, jobs.status());
      await outcomeCounter.write();
    },
    { everyMs: reportEveryMs, onError: onError('reporting to operators') },
  );

  return {
    jobs,
    relay,
    async stop(): Promise<void> {
      listeners.stop();
      const [left] = await Promise.all([jobs.stop(graceMs), reports.stop(), relay?.stop()]);
      await Promise.all([deleteWorkerReport(db, worker), outcomeCounter.write()]).catch(
        onError('the last report'),
      );
      if (left > 0) logger.warn({ left }, 'the process stopped while messages were being sent');
    },
  };
}

/** Logs the id only: recipients, and provider errors that may contain their addresses, are in the message's row. */
function logEvent(logger: FastifyBaseLogger, event: JobsEvent): void {
  switch (event.event) {
    case 'completed': {
      const { id, kind, attempts, completion } = event;
      const { state: to } = completion;
      const level = to === 'dead' || to === 'failed' || to === 'unknown' ? 'warn' : 'debug';
      logger[level]({ id, kind, attempts }, `message ${to}`);
      break;
    }
    case 'invalid-outcome':
      logger.error({ id: event.id, kind: event.kind }, 'a handler returned no outcome');
      break;
    case 'error':
      logger.warn({ err: event.error }, `${event.where} failed`);
      break;
    case 'queue-warning':
      logger.warn(event, 'the Redis server of the queue needs attention');
      break;
    case 'queue-unsuitable':
      if (event.reason === null) logger.info(event, 'messages are sent through the queue again');
      else logger.warn(event, 'messages are sent without the queue: its Redis server is unsuitable');
      break;
    case 'queue-unavailable':
      logger.warn(event, 'messages are sent without the queue');
      break;
    case 'queue-available':
      logger.info(event, 'messages are sent through the queue again');
      break;
    case 'queue-lost':
      logger.warn(event, 'the queue lost data; its messages are enqueued again');
      break;
    case 're-enqueued':
      logger.info(event, 'messages that the queue lost or delays are enqueued again');
      break;
    case 'resent':
      logger.info(event, 'messages with an unknown outcome are sent again');
      break;
    case 'lease-lost':
      logger.warn(event, 'a worker finished a message whose lease it no longer held');
      break;
    case 'unknown':
      logger.warn(event, 'leases of messages expired: their outcome is unknown');
  }
}
