import { isLoopback } from '../../shared/api/connection.ts';
import type { CheckValue } from '../../shared/checks/check-log.ts';
import type { Finding } from '../../shared/checks/finding.ts';
import type { Site } from '../site.ts';

/** Checks that the operator routes require authentication. */
export async function checkOperators(site: Site): Promise<CheckValue<true>> {
  const { status } = await site.get('/api/v1/cache/stats');
  if (status === 401) return { detail: 'operator routes require the token', value: true };
  return { detail: '', value: true, findings: [status === 200 ? operatorsOpen : operatorsUnknown(status)] };
}

/** Checks that the development mailbox is not accessible. */
export async function checkMailbox(site: Site): Promise<CheckValue<true>> {
  const { status, body } = await site.get('/mailbox');
  // Without a mailbox, the server returns its page for unknown addresses.
  if (status !== 200 || !body.includes('<h1>Mailbox</h1>'))
    return { detail: 'not present, as expected', value: true };
  return {
    detail: '',
    value: true,
    findings: [{ ...mailboxOpen, severity: isLoopback(site.url) ? 'warning' : 'error' }],
  };
}

const operatorsOpen: Finding = {
  code: 'operator_routes_open',
  severity: 'error',
  message: 'The operator routes respond without a token.',
  cause: 'A proxy adds the operator token to every request.',
  remediation:
    'Remove the Authorization header from the proxy configuration, and create a new OPERATOR_TOKEN: bookedbarber env --new-operator-token.',
};

function operatorsUnknown(status: number): Finding {
  return {
    code: 'operator_routes_unknown',
    severity: 'warning',
    message: `The operator routes return ${status} instead of 401 without a token.`,
    cause: 'A proxy responds instead of the server, or this address has exceeded its rate limit.',
    remediation: 'If operators need access from outside, make the proxy forward /api/v1/cache/.',
  };
}

const mailboxOpen: Omit<Finding, 'severity'> = {
  code: 'mailbox_open',
  message: 'The mails at /mailbox are public.',
  cause: 'The server does not run in production mode: NODE_ENV is not production, and SMTP_URL is not set.',
  remediation: 'Set NODE_ENV=production, SMTP_URL and MAIL_FROM (bookedbarber env), and deploy.',
};
