import pino, { type Logger, type LoggerOptions } from 'pino';

/** Headers are not logged at all, and addresses carry no secret: tokens travel in headers and bodies only. */
export function loggerOptions(level: string): LoggerOptions {
  return {
    level,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    redact: ['req.headers', 'headers', 'err.config', 'connectionString'],
  };
}

/**
 * Opens the log of a process on its standard output. Lines are written at once: pino would otherwise write the last ones at
 * the exit, and repeats that without end when the reader of the log, such as a parent that was killed, is gone.
 */
export function openLog(level: string): Logger {
  return pino(loggerOptions(level), pino.destination({ dest: 1, sync: true }));
}
