import { isLoopback } from '../../shared/api/connection.ts';
import type { CheckValue } from '../../shared/checks/check-log.ts';
import type { Finding } from '../../shared/checks/finding.ts';
import type { Site } from '../site.ts';

const soonDays = 21;
const dayMs = 86_400_000;

/** Whether strangers on the way can read along. */
export async function checkSiteEncryption(site: Site, nowMs: number): Promise<CheckValue<true>> {
  const { socket, protocol, certificateEnds } = await site.open();
  socket.destroy();
  if (certificateEnds === null) {
    if (isLoopback(site.url)) return { detail: 'plain text, and nothing leaves this machine', value: true };
    return { detail: '', value: true, findings: [notEncrypted] };
  }
  const ends = certificateEnds.toISOString().slice(0, 10);
  const days = Math.floor((certificateEnds.getTime() - nowMs) / dayMs);
  const findings = days < soonDays ? [endsSoon(ends, days)] : [];
  return { detail: `${protocol}, certificate valid until ${ends}`, value: true, findings };
}

const notEncrypted: Finding = {
  code: 'not_encrypted',
  severity: 'error',
  message: 'The site is served in plain text.',
  cause: 'The address begins with http://: bookings, links and the operator token can be read on the way.',
  remediation:
    'Give the load balancer a certificate and a listener on 443, send http on to https, and set PUBLIC_URL to the https address.',
};

function endsSoon(ends: string, days: number): Finding {
  return {
    code: 'certificate_expires_soon',
    severity: 'warning',
    message: `The certificate ends in ${days} days, on ${ends}.`,
    cause: 'Whatever renews it has not done so yet.',
    remediation:
      'Look at the renewal: ACM renews by itself as long as the DNS record of its validation stays.',
  };
}
