import { readFile } from 'node:fs/promises';
import type { Booking } from '@bookedbarber/contract';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays } from '../../../apps/web/src/shared/time/calendar-day.ts';
import { describeInBrowser, launchBrowser, openPage } from '../../browser/browser.ts';
import { bookInOtherTab, freeStarts, makeBarbershop, type Site, startSite } from '../../browser/fixture.ts';
import * as visitor from '../../browser/steps.ts';
import type { ShopFixture } from '../../support/shop-fixture.ts';

describeInBrowser('a booking link, in special cases', () => {
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

  test('changes nothing if the visitor goes back or does not confirm a cancellation', async () => {
    const { booking, link } = await bookAt('11:00');
    const { page, requests, close } = await openPage(browser);
    await page.goto(link);
    await page.getByRole('button', { name: 'Reschedule' }).click();
    await visitor.heading(page, 'Reschedule your appointment');
    await page.goBack();
    await visitor.heading(page, 'Your appointment');
    await page.getByRole('button', { name: 'Cancel appointment' }).click();
    await page.getByRole('button', { name: 'No, keep it' }).click();
    await visitor.heading(page, 'Your appointment');
    await page.waitForURL(link);
    const calls = requests.filter((url) => url.includes(`/api/v1/bookings/${booking.id}`));
    expect(calls).not.toEqual([]);
    expect(calls.filter((url) => /\/(cancel|reschedule)$/.test(url))).toEqual([]);
    expect(await stored(booking)).toMatchObject({ status: 'confirmed', version: 1 });
    await close();
  });

  test('offers other times if the new time was just taken', async () => {
    const single = await makeBarbershop(site, { barbers: [{ name: 'Sam' }] });
    const { link } = await bookAt('10:00', single);
    const { page, close } = await openPage(browser, { expectsErrorResponses: true });
    await page.goto(`${link}`);
    await page.getByRole('button', { name: 'Reschedule' }).click();
    await visitor.chooseDay(page, day);
    await page.getByRole('radio', { name: '14:00', exact: true }).check();
    await bookAt('14:00', single);
    await page.getByRole('button', { name: 'Confirm new time' }).click();
    const notice = page.getByRole('alert').filter({ hasText: 'This time was just taken' });
    await notice.getByRole('button', { name: '14:30' }).click();
    await page.getByText('Your appointment was rescheduled.').waitFor();
    expect(await page.locator('.appointment').textContent()).toContain('14:30–15:00');
    await close();
  });

  test('does not overwrite a concurrent change by the shop', async () => {
    const { booking, link } = await bookAt('13:00');
    const { page, close } = await openPage(browser, { expectsErrorResponses: true });
    await page.goto(link);
    await page.getByRole('button', { name: 'Reschedule' }).click();
    await visitor.chooseDay(page, day);
    await page.getByRole('radio', { name: '16:00', exact: true }).check();
    const [other] = (await freeStarts(site, fixture, addDays(day, 1), 'Haircut')).slice(-1);
    const moved = await site.asOperator('POST', `/api/v1/bookings/${booking.id}/reschedule`, {
      start: other,
    });
    expect(moved.status).toBe(200);
    await page.getByRole('button', { name: 'Confirm new time' }).click();
    await page.getByRole('alert').getByText('has changed in the meantime').waitFor();
    expect((await stored(booking)).starts_at).toBe(other);
    await close();
  });

  test('can be copied from the confirmation and opened in another browser', async () => {
    const { page, consoleErrors, close } = await openPage(browser, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await page.goto(`${site.url}/s/${fixture.shop.slug}`);
    await visitor.holdHaircut(page, addDays(day, 1), '12:00');
    await visitor.fillDetails(page);
    await visitor.book(page);
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByText('Copied.').waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    const other = await openPage(browser);
    await other.page.goto(link);
    await visitor.heading(other.page, 'Your appointment');
    expect([...consoleErrors, ...other.consoleErrors]).toEqual([]);
    await other.close();
    await close();
  });

  test('downloads the appointment as a calendar file', async () => {
    const { booking, link } = await bookAt('09:00');
    const { page, consoleErrors, close } = await openPage(browser);
    await page.goto(link);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Add to calendar' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/\.ics$/);
    const text = await readFile(await file.path(), 'utf8');
    expect(text).toContain('BEGIN:VEVENT');
    expect(text).toContain(booking.id);
    expect(consoleErrors).toEqual([]);
    await close();
  });

  test('saves contact preferences', async () => {
    const { link } = await bookAt('09:00');
    const { page, consoleErrors, close } = await openPage(browser);
    await page.goto(link);
    const open = async (): Promise<void> => {
      await page.getByText('Contact preferences').click();
      await page.getByRole('button', { name: 'Save' }).waitFor();
    };
    await open();
    await page.getByRole('radio', { name: 'Text message' }).check();
    await page.getByLabel('Your time zone').selectOption('Europe/Berlin');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    await page.reload();
    await open();
    await page.getByRole('radio', { name: 'Text message', checked: true }).waitFor();
    expect(await page.getByLabel('Your time zone').inputValue()).toBe('Europe/Berlin');
    expect(consoleErrors).toEqual([]);
    await close();
  });

  test('that is wrong or incomplete shows an error', async () => {
    const { link } = await bookAt('09:00');
    const { page, close } = await openPage(browser, { expectsErrorResponses: true });
    for (const wrong of [`${link}x`, link.slice(0, link.indexOf('#')), `${site.url}/manage/nonsense#token`]) {
      // A new tab has no session storage.
      const tab = await page.context().newPage();
      await tab.goto(wrong);
      await visitor.heading(tab, 'Appointment not found');
      await tab.close();
    }
    await close();
  });

  test('shows the phone number of the shop if it is too late for online changes', async () => {
    const strict = await makeBarbershop(site, { shop: { policy: { change_notice_minutes: 43_200 } } });
    const { link } = await bookAt('10:00', strict);
    const { page, close } = await openPage(browser);
    await page.goto(link);
    await page.getByText('too late to reschedule or cancel').waitFor();
    expect(await page.getByRole('main').getByRole('link', { name: /212/ }).first().getAttribute('href')).toBe(
      'tel:+12125550142',
    );
    expect(await page.getByRole('button', { name: 'Reschedule' }).count()).toBe(0);
    await close();
  });
});
