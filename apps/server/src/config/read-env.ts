/** The environment variables that the server knows. This is the only place that names them. */
export type Env = {
  NODE_ENV?: string | undefined;
  HOST?: string | undefined;
  PORT?: string | undefined;
  PUBLIC_URL?: string | undefined;
  LOG_LEVEL?: string | undefined;
  DATABASE_URL?: string | undefined;
  DATABASE_POOL_SIZE?: string | undefined;
  REDIS_URL?: string | undefined;
  REDIS_JOBS_URL?: string | undefined;
  SMTP_URL?: string | undefined;
  MAIL_FROM?: string | undefined;
  OPERATOR_TOKEN?: string | undefined;
  BOOKING_LINK_SECRET?: string | undefined;
};

export function readEnv(): Env {
  return process.env;
}
