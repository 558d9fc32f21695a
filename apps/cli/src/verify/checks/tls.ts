import { isLoopback } from '../../shared/api/connection.ts';
import type { CheckValue } from '../../shared/checks/check-log.ts';
import type { Finding } from '../../shared/checks/finding.ts';
import type { Site } from '../site.ts';

const warningDays = 21;
const dayMs = 86_400_000;

/** Checks that the connection is encrypted, and warns of a certificate that expires soon. */
export async function checkSiteEncryption(site: Site, nowMs: number): Promise<CheckValue<true>> {
  const { socket, protocol, certificateEnds } = await site.open();
  socket.destroy();
  if (certificateEnds === null) {
    if (isLoopback(site.url)) return { detail: 'plain text on the loopback interface', value: true };
    return { detail: '', value: true, findings: [notEncrypted] };
  }
  const expiryDate = certificateEnds.toISOString().slice(0, 10);
  const days = Math.floor((certificateEnds.getTime() - nowMs) / dayMs);
  const findings = days < warningDays ? [expiresSoon(expiryDate, days)] : [];
  return { detail: `${protocol}, certificate valid until ${expiryDate}`, value: true, findings };
}

const notEncrypted: Finding = {
  code: 'not_encrypted',
  severity: 'error',
  message: 'The site is served in plain text.',
  cause: 'The URL starts with http://, so bookings, links and the operator token can be read in transit.',
  remediation:
    'Add a certificate and a listener on port 443 to the load balancer, redirect http to https, and set PUBLIC_URL to the https URL.',
};

function expiresSoon(expiryDate: string, days: number): Finding {
  return {
    code: 'certificate_expires_soon',
    severity: 'warning',
    message: `The certificate expires in ${days} days, on ${expiryDate}.`,
    cause: 'The certificate has not been renewed yet.',
    remediation: 'Check the renewal: ACM renews automatically while the DNS validation record exists.',
  };
}
