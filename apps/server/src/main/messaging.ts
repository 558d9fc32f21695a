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
import type { Context } from './context.ts';

export type MessagingOptions = {
  /** Makes the cache forget; null while there is none: then no relay runs. */
  applyInvalidation: ((scope: string, tags: readonly string[]) => Promise<boolean>) | null;
  /** Takes what is to be called when the cache's server may lack what was applied of late. */
  onReplicationIdChange?: (listener: () => void) => void;
  /** Prefix of the queue's keys, for a Redis that several installations share; default: the tier's own. */
  queuePrefix?: string;
  /** Times that tests choose. */
  tuning?: Parameters<typeof startJobs>[0]['tuning'];
};

/** Everything that works through the outbox, put together in one place. */
export type Messaging = ReturnType<typeof startMessaging>;

const reportEveryMs = 5000;
/** Time for mails under way when the process stops, in ms; below the process's own limit. */
const graceMs = 5000;

/** Begins the names of the queue's keys. The hash tag keeps them in one slot of a cluster. */
export function queuePrefixOf({ redis }: Pick<Context['config'], 'redis'>): string {
  return `{${redis.keyPrefix}:j}`;
}

export function startMessaging(context: Context, logger: FastifyBaseLogger, options: MessagingOptions) {
  const { config, clock, db, catalog, clientReader, links } = context;

  async function findBookingNotice(bookingId: string): Promise<BookingNotice> {
    const booking = await findBooking(db, bookingId);
    const shop = await catalog.shopById(db, booking.shopId);
    const preferences = await clientReader.preferences(shop.organisationId, booking.clientId ?? '');
    // Who wants nothing at all gets nothing, whatever was said for this visit.
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
            // The health report and the jobs' own events tell of it once.
            (error) => logger.debug({ reason: error.message }, 'the queue cannot be reached'),
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
  const relay =
    options.applyInvalidation &&
    startInvalidationRelay({
      db,
      apply: options.applyInvalidation,
      onError: onError('applying invalidations'),
    });
  if (relay !== null) {
    // Who applied them may have died since, and the server that acknowledged them may have been superseded already.
    const reapply = onError('applying invalidations again');
    options.onReplicationIdChange?.(() => void relay.reapplySince(invalidationRetentionMs).catch(reapply));
  }
  const listeners = listen({
    server: { url: config.databaseUrl, authorities: config.databaseAuthorities },
    channels: Object.values(outboxChannels),
    applicationName: 'bookedbarber outbox',
    onNotify: (channel) => (channel === outboxChannels.messages ? jobs.wake() : relay?.wake()),
    onError: onError('listening to the database'),
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
      const [left] = await Promise.all([jobs.stop(graceMs), listeners.stop(), reports.stop(), relay?.stop()]);
      await Promise.all([deleteWorkerReport(db, worker), outcomeCounter.write()]).catch(
        onError('the last report'),
      );
      if (left > 0) logger.warn({ left }, 'messages were left in the middle of being sent');
    },
  };
}

/** Whom a message is for stands in no log, and a server's reason may name them: the row of the id has all of it. */
function logEvent(logger: FastifyBaseLogger, event: JobsEvent): void {
  switch (event.event) {
    case 'completed': {
      const { id, kind, attempts, completion } = event;
      const { state: to } = completion;
      const level = to === 'dead' || to === 'failed' || to === 'unknown' ? 'warn' : 'debug';
      logger[level]({ id, kind, attempts }, `message ${to}`);
      break;
    }
    case 'error':
      logger.warn({ err: event.error }, `${event.where} failed`);
      break;
    case 'queue-warning':
      logger.warn(event, 'the server of the queue');
      break;
    case 'queue-unsuitable':
      if (event.reason === null) logger.info(event, 'messages are sent by the queue again');
      else logger.warn(event, 'messages are sent without the queue: its server is unfit');
      break;
    case 'queue-unavailable':
      logger.warn(event, 'messages are sent without the queue');
      break;
    default:
      logger.info(event, 'messages');
  }
}
