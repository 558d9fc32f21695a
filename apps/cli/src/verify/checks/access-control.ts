import { isLoopback } from '../../shared/api/connection.ts';
import type { CheckValue } from '../../shared/checks/check-log.ts';
import type { Finding } from '../../shared/checks/finding.ts';
import type { Site } from '../site.ts';

/** Whether the operator's routes ask who comes. */
export async function checkOperators(site: Site): Promise<CheckValue<true>> {
  const { status } = await site.get('/api/v1/cache/stats');
  if (status === 401) return { detail: 'their routes want the token', value: true };
  return { detail: '', value: true, findings: [status === 200 ? operatorsOpen : operatorsUnknown(status)] };
}

/** Whether the mails of development are out of sight. */
export async function checkMailbox(site: Site): Promise<CheckValue<true>> {
  const { status, body } = await site.get('/mailbox');
  // Where there is no mailbox, its address is one of the pages, which says that there is nothing.
  if (status !== 200 || !body.includes('<h1>Mailbox</h1>'))
    return { detail: 'not there, as it should be', value: true };
  return {
    detail: '',
    value: true,
    findings: [{ ...mailboxOpen, severity: isLoopback(site.url) ? 'warning' : 'error' }],
  };
}

const operatorsOpen: Finding = {
  code: 'operator_routes_open',
  severity: 'error',
  message: 'The operator’s routes answer without a token.',
  cause: 'A proxy in between adds the token of the operator to every request.',
  remediation:
    'Take the Authorization header out of the proxy, and make a new OPERATOR_TOKEN: bookedbarber env --new-operator-token.',
};

function operatorsUnknown(status: number): Finding {
  return {
    code: 'operator_routes_unknown',
    severity: 'warning',
    message: `The operator’s routes answer ${status} instead of asking for the token.`,
    cause: 'A proxy in between answers for them, or this address has used its limit up.',
    remediation: 'If operators are to work from outside, let the proxy pass /api/v1/cache/ on.',
  };
}

const mailboxOpen: Omit<Finding, 'severity'> = {
  code: 'mailbox_open',
  message: 'Everybody can read the mails at /mailbox.',
  cause: 'The server does not run in production: NODE_ENV is not production, and SMTP_URL is not set.',
  remediation: 'Set NODE_ENV=production, SMTP_URL and MAIL_FROM (bookedbarber env), and deploy.',
};
