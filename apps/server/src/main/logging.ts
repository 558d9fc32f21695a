import type { LoggerOptions } from 'pino';

/** Headers are not logged at all, and addresses carry no secret: tokens travel in headers and bodies only. */
export function loggerOptions(level: string): LoggerOptions {
  return {
    level,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    redact: ['req.headers', 'headers', 'err.config', 'connectionString'],
  };
}
