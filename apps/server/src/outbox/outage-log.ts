import type { FastifyBaseLogger } from 'fastify';

/** Logs an outage of repeated work once when it begins and once when it ends, not at every attempt. */
export type OutageLog = {
  failed(error: unknown): void;
  succeeded(): void;
};

/** @param work names the work, as in "applying invalidations" */
export function createOutageLog(logger: Pick<FastifyBaseLogger, 'warn' | 'info'>, work: string): OutageLog {
  let attempts = 0;
  return {
    failed(error) {
      attempts += 1;
      if (attempts === 1) logger.warn({ err: error }, `${work} failed`);
    },
    succeeded() {
      if (attempts > 0) logger.info({ failedAttempts: attempts }, `${work} succeeds again`);
      attempts = 0;
    },
  };
}
