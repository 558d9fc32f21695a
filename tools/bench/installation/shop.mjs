import { join } from 'node:path';
import { runCommand } from '../../../dev/setup/command.mjs';
import { projectFolder } from '../../../dev/setup/project.mjs';
import { UserError } from '../../../dev/setup/user-error.mjs';
import { operatorToken } from './environment.mjs';

/** @typedef {import('./http-client.mjs').HttpClient} HttpClient */

export const shopSlug = 'replayed-salon';
export const shopPath = `/api/v1/shops/${shopSlug}`;

/** A policy so lenient that the replay's requests are never too early or too late. */
export const shopPolicy = {
  min_notice_minutes: 0,
  max_advance_days: 730,
  change_notice_minutes: 0,
  // The simulated time jumps, so the delivery time of a reminder is meaningless.
  reminders: [],
};

/**
 * Creates the shop of a plan, without bookings. The command line imports services, staff and working hours.
 * Appointments outside of those hours become overrides of their date, and each barber offers all services that they
 * were booked for.
 *
 * @param {{ url: string, plan: import('../replay/plan.mjs').Plan, zone: string, http: HttpClient }} options
 * @returns {Promise<{ serviceIds: Map<string, string>, barberIds: Map<string, string> }>} ids by code
 */
export async function makeShop({ url, plan, zone, http }) {
  const { folder, exceptions, plannedBookings, staffCodes } = plan;
  const command = join(projectFolder, 'apps/cli/bin/bookedbarber.mjs');
  const args = ['import', 'salon', folder, '--no-bookings', '--shop', shopSlug, '--zone', zone, '--url', url];
  const imported = await runCommand(process.execPath, [command, ...args], {
    env: { PATH: process.env['PATH'], BOOKEDBARBER_OPERATOR_TOKEN: operatorToken },
    timeoutMs: 120_000,
  });
  if (imported.code !== 0)
    throw new UserError(`The shop could not be imported from ${folder}:\n${imported.output}`);
  const asOperator = { token: operatorToken };
  /** @param {Promise<import('./http-client.mjs').Reply>} sent */
  const bodyOf = async (sent) => {
    const { status, body } = await sent;
    if (status < 200 || status > 299)
      throw new UserError(`The shop could not be created: ${status} ${JSON.stringify(body)}`);
    return body;
  };
  await bodyOf(http.send('PATCH', shopPath, { policy: shopPolicy }, asOperator));
  /** @type {{ services: { code: string, id: string }[] }} */
  const { services } = await bodyOf(http.send('GET', shopPath));
  /** @type {{ barbers: { code: string, id: string, service_ids: string[] }[] }} */
  const { barbers } = await bodyOf(http.send('GET', `${shopPath}/barbers`, undefined, asOperator));
  const idsOf = (/** @type {{ code: string, id: string }[]} */ records) =>
    new Map(records.map(({ code, id }) => [code, id]));
  const serviceIds = idsOf(services);
  const barberIds = idsOf(barbers);
  for (const { code, id, service_ids } of barbers) {
    const booked = plannedBookings.flatMap(({ segments }) =>
      segments
        .filter((it) => staffCodes.get(it.staff) === code)
        .map((it) => serviceIds.get(it.service) ?? ''),
    );
    const all = [...new Set([...service_ids, ...booked])];
    if (all.length > service_ids.length)
      await bodyOf(http.send('PATCH', `${shopPath}/barbers/${id}`, { service_ids: all }, asOperator));
  }
  for (const { staffCode, date, periods } of exceptions) {
    const override = { barber_id: barberIds.get(staffCode), date, periods, reason: 'from the data set' };
    await bodyOf(http.send('POST', `${shopPath}/overrides`, override, asOperator));
  }
  return { serviceIds, barberIds };
}
