import pino, { type Logger, type LoggerOptions } from 'pino';

/** Headers are never logged. URLs contain no secrets: tokens are sent in headers and bodies only. */
export function loggerOptions(level: string): LoggerOptions {
  return {
    level,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    redact: ['req.headers', 'headers', 'err.config', 'connectionString'],
  };
}

/**
 * Opens the log of a process on its standard output. Lines are written synchronously: otherwise pino flushes the last
 * lines on exit, and retries without end when the reader of the log, such as a killed parent process, no longer
 * exists.
 */
export function openLog(level: string): Logger {
  return pino(loggerOptions(level), pino.destination({ dest: 1, sync: true }));
}
