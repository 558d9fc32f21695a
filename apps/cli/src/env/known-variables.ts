/** Variables whose values may be shown. Every other variable is treated as a secret. */
const publicVariables = new Set([
  'NODE_ENV',
  'HOST',
  'PORT',
  'PUBLIC_URL',
  'LOG_LEVEL',
  'DATABASE_CA',
  'DATABASE_POOL_SIZE',
  'REDIS_USERNAME',
  'REDIS_PASSWORD_FILE',
  'REDIS_PASSWORD_REFRESH',
  'REDIS_PASSWORD_SECRET',
  'REDIS_JOBS_PASSWORD_FILE',
  'REDIS_JOBS_PASSWORD_SECRET',
  'REDIS_IAM_CACHE',
  'REDIS_IAM_REGION',
  'REDIS_IAM_USER',
  'REDIS_JOBS_IAM_CACHE',
  'REDIS_JOBS_IAM_USER',
  'REDIS_SSL',
  'REDIS_CLUSTER',
  'REDIS_KEY_PREFIX',
  'REDIS_MAX_CONNECTIONS',
  'REDIS_CONNECTION_TIMEOUT',
  'REDIS_SOCKET_TIMEOUT',
  'REDIS_SOCKET_KEEPALIVE',
  'TRUSTED_PROXIES',
  'LOAD_SHEDDING',
  'MAIL_FROM',
  'MAIL_RATE_PER_SECOND',
  'SMS_PROVIDER',
  'SMS_FROM',
  'SMS_RATE_PER_SECOND',
  'TWILIO_ACCOUNT_SID',
  'AWS_REGION',
]);

/** URLs that may contain credentials. */
const urlVariables = new Set(['DATABASE_URL', 'REDIS_URL', 'REDIS_JOBS_URL', 'SMTP_URL', 'TWILIO_API_URL']);

/** Variables that the server requires in production. */
export const neededInProduction = [
  'DATABASE_URL',
  'PUBLIC_URL',
  'REDIS_URL',
  'SMTP_URL',
  'MAIL_FROM',
  'OPERATOR_TOKEN',
  'BOOKING_LINK_SECRET',
] as const;

/** Whether a value may be set on the command line, which other users of the machine can read. */
export function isPublic(name: string): boolean {
  return publicVariables.has(name) || /^(CACHE|RATE_LIMIT)_[A-Z_]+$/.test(name);
}

/** Masks a value for display: a URL without its credentials, and no part of any other secret. */
export function maskedValue(name: string, value: string): string {
  if (isPublic(name)) return value;
  if (!urlVariables.has(name) || !URL.canParse(value)) return '(secret, not shown)';
  const { protocol, host, pathname, username, password } = new URL(value);
  const credentials = username === '' && password === '' ? '' : ' (with credentials, not shown)';
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}${credentials}`;
}
