import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import pino, { type Logger, type LoggerOptions } from 'pino';
import type { Startup } from './signals.ts';

/**
 * Headers are never logged, nor are the arguments of a rejected Redis command, which for a login are the password. URLs
 * contain no secrets: tokens are sent in headers and bodies only.
 */
export function loggerOptions(level: string): LoggerOptions {
  return {
    level,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    redact: [
      'req.headers',
      'headers',
      'err.config',
      'err.command.args',
      'err.*.command.args',
      'err.aggregateErrors[*].command.args',
      'connectionString',
    ],
  };
}

/** Time to write the last lines when the process stops, in ms. */
const lastLinesMs = 1000;

/**
 * Opens the log of a process on its standard output. Lines are written asynchronously, so that a reader that stalls does
 * not block the process. `onStop` registers the close of the log; it drops lines that nothing reads.
 */
export function openLog(level: string, onStop: Startup['onStop']): Logger {
  const destination = pino.destination({ dest: 1, sync: false });
  // pino calls this on exit. It retries without end when the reader of the log is gone.
  destination.flushSync = () => {};
  onStop('the log', async () => {
    // An error means that the reader of the log is gone.
    const closed = once(destination, 'close').catch(() => {});
    destination.end();
    await Promise.race([closed, delay(lastLinesMs)]);
  });
  return pino(loggerOptions(level), destination);
}
