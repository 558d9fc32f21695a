import type { Booking } from '@bookedbarber/contract';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays, dayWithYear } from '../../apps/web/src/shared/time/calendar-day.ts';
import type { ShopFixture } from '../support/shop-fixture.ts';
import { describeInBrowser, launchBrowser, openPage } from './browser.ts';
import { bookInOtherTab, freeStarts, makeBarbershop, type Site, startSite } from './fixture.ts';
import * as visitor from './steps.ts';

describeInBrowser('a booking link', () => {
  let site: Site;
  let browser: Browser;
  let fixture: ShopFixture;
  let day: string;
  beforeAll(async () => {
    [site, browser] = await Promise.all([startSite(), launchBrowser()]);
    fixture = await makeBarbershop(site);
    day = addDays(fixture.shop.today, 3);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop();
  });

  /** Books the first free time from a local time on. Returns the booking and the link to its page. */
  async function bookAt(clock: string, from: ShopFixture = fixture) {
    const start = (await freeStarts(site, from, day, 'Haircut')).find((each) => each.slice(11, 16) >= clock);
    if (start === undefined) throw new Error(`There is no free time from ${clock} on`);
    const { booking, manage_url } = await bookInOtherTab(site, from, start);
    const { pathname, hash } = new URL(manage_url);
    return { booking, token: hash.slice(1), link: `${site.url}${pathname}${hash}` };
  }
  const stored = async ({ id }: Booking): Promise<Booking> =>
    (await site.asOperator('GET', `/api/v1/bookings/${id}`)).body;

  test('shows, reschedules and cancels the booking, and never sends its token in a URL', async () => {
    const { booking, token, link } = await bookAt('10:00');
    const { page, consoleErrors, requests, close } = await openPage(browser);
    await page.goto(link);
    await visitor.heading(page, 'Your appointment');
    expect(await page.locator('.appointment').textContent()).toContain(dayWithYear(day));

    await page.getByRole('button', { name: 'Reschedule' }).click();
    const next = addDays(day, 1);
    await visitor.chooseDay(page, next);
    await page.getByRole('radio', { name: '15:00', exact: true }).check();
    await page.getByRole('button', { name: 'Confirm new time' }).click();
    await page.getByText('Your appointment was rescheduled.').waitFor();
    expect(await page.locator('.appointment').textContent()).toContain(`${dayWithYear(next)}`);
    expect((await stored(booking)).starts_at.slice(0, 16)).toBe(`${next}T15:00`);

    await page.getByRole('button', { name: 'Cancel appointment' }).click();
    await visitor.heading(page, 'Cancel this appointment?');
    await page.getByLabel('Reason').fill('Rain');
    await page.getByRole('button', { name: 'Yes, cancel it' }).click();
    await visitor.heading(page, 'This appointment is cancelled');
    expect((await stored(booking)).status).toBe('cancelled');
    await page.getByRole('link', { name: 'Book again' }).waitFor();

    expect(token.length).toBeGreaterThan(20);
    expect(requests.join('\n')).not.toContain(token);
    expect(consoleErrors).toEqual([]);
    await close();
  });
});
