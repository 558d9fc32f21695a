import type { Booking } from '@bookedbarber/contract';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays, dayWithYear } from '../../apps/web/src/shared/time/calendar-day.ts';
import type { ShopFixture } from '../support/shop-fixture.ts';
import { describeInBrowser, launchBrowser, openPage } from './browser.ts';
import { bookInOtherTab, freeStarts, makeBarbershop, type Site, startSite } from './fixture.ts';
import * as visitor from './steps.ts';

describeInBrowser('a booking’s own link', () => {
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

  /** A booking on the first free time from a clock time on, and the address of its page on this server. */
  async function bookAt(clock: string, from: ShopFixture = fixture) {
    const start = (await freeStarts(site, from, day, 'Haircut')).find((each) => each.slice(11, 16) >= clock);
    if (start === undefined) throw new Error(`Nothing is free after ${clock}`);
    const { booking, manage_url } = await bookInOtherTab(site, from, start);
    const { pathname, hash } = new URL(manage_url);
    return { booking, token: hash.slice(1), link: `${site.url}${pathname}${hash}` };
  }
  const stored = async ({ id }: Booking): Promise<Booking> =>
    (await site.asOperator('GET', `/api/v1/bookings/${id}`)).body;

  test('shows the booking, moves it and cancels it, and never sends its token in an address', async () => {
    const { booking, token, link } = await bookAt('10:00');
    const { page, faults, requests, close } = await openPage(browser);
    await page.goto(link);
    await visitor.heading(page, 'Your visit');
    expect(await page.locator('.visit').textContent()).toContain(dayWithYear(day));

    await page.getByRole('button', { name: 'Move' }).click();
    const next = addDays(day, 1);
    await visitor.chooseDay(page, next);
    await page.getByRole('radio', { name: '15:00', exact: true }).check();
    await page.getByRole('button', { name: 'Move here' }).click();
    await page.getByText('Your visit is moved.').waitFor();
    expect(await page.locator('.visit').textContent()).toContain(`${dayWithYear(next)}`);
    expect((await stored(booking)).starts_at.slice(0, 16)).toBe(`${next}T15:00`);

    await page.getByRole('button', { name: 'Cancel visit' }).click();
    await visitor.heading(page, 'Cancel this visit?');
    await page.getByLabel('Reason').fill('Rain');
    await page.getByRole('button', { name: 'Yes, cancel it' }).click();
    await visitor.heading(page, 'This visit is cancelled');
    expect((await stored(booking)).status).toBe('cancelled');
    await page.getByRole('link', { name: 'Book again' }).waitFor();

    expect(token.length).toBeGreaterThan(20);
    expect(requests.join('\n')).not.toContain(token);
    expect(faults).toEqual([]);
    await close();
  });
});
