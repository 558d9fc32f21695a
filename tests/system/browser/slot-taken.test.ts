import type { Hold } from '@bookedbarber/contract';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays } from '../../../apps/web/src/shared/time/calendar-day.ts';
import { describeInBrowser, launchBrowser, openPage } from '../../browser/browser.ts';
import { bookInOtherTab, freeStarts, makeBarbershop, type Site, startSite } from '../../browser/fixture.ts';
import * as visitor from '../../browser/steps.ts';
import type { ShopFixture } from '../../support/shop-fixture.ts';

describeInBrowser('a time that is no longer available', () => {
  let site: Site;
  let browser: Browser;
  let fixture: ShopFixture;
  let day: string;
  /** Offset of the server clock. */
  let aheadMs = 0;
  beforeAll(async () => {
    const clock = { nowMs: () => Date.now() + aheadMs };
    [site, browser] = await Promise.all([startSite({ clock }), launchBrowser()]);
    fixture = await makeBarbershop(site, { barbers: [{ name: 'Sam' }] });
    day = addDays(fixture.shop.today, 2);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop();
  });
  const shopUrl = (): string => `${site.url}/s/${fixture.shop.slug}`;
  const startAt = async (clock: string): Promise<string> => {
    const start = (await freeStarts(site, fixture, day, 'Haircut')).find(
      (each) => each.slice(11, 16) === clock,
    );
    if (start === undefined) throw new Error(`${clock} is not free on ${day}`);
    return start;
  };

  test('because another client booked it is replaced by the next free times', async () => {
    const { page, consoleErrors, close } = await openPage(browser, { expectsErrorResponses: true });
    await page.goto(shopUrl());
    await visitor.chooseServices(page, 'Haircut');
    await visitor.acceptAnyBarber(page);
    await visitor.chooseDay(page, day);
    await page.getByRole('radio', { name: '09:00', exact: true }).check();
    await bookInOtherTab(site, fixture, await startAt('09:00'));
    await visitor.clickContinue(page);
    const notice = page.getByRole('alert').filter({ hasText: 'This time was just taken' });
    await notice.waitFor();
    const next = await freeStarts(site, fixture, day, 'Haircut');
    expect(next[0]?.slice(11, 16)).toBe('09:30');
    await notice.getByRole('button', { name: '09:30' }).click();
    await page.getByText('We are holding this time for you').waitFor();
    expect(await page.locator('.held-booking').textContent()).toContain('09:30–10:00');
    expect(consoleErrors).toEqual([]);
    await close();
  });

  test('after the details were entered does not clear the form', async () => {
    const { page, consoleErrors, close } = await openPage(browser, { expectsErrorResponses: true });
    const holding = page.waitForResponse(
      (response) => response.request().method() === 'POST' && response.url().endsWith('/holds'),
    );
    await page.goto(shopUrl());
    await visitor.holdHaircut(page, day, '11:00');
    await visitor.fillDetails(page);
    const hold = (await (await holding).json()) as Hold;
    const holdPath = `/api/v1/shops/${fixture.shop.slug}/holds/${hold.id}`;
    expect((await site.asGuest('DELETE', holdPath)).status).toBe(204);
    await bookInOtherTab(site, fixture, await startAt('11:00'));
    await visitor.book(page);
    const notice = page.getByRole('alert').filter({ hasText: 'Next free times' });
    await notice.getByRole('button', { name: '11:30' }).click();
    await page.getByText('We are holding this time for you').waitFor();
    expect(await page.getByLabel('Name').inputValue()).toBe('Ada Løvelace');
    await visitor.book(page);
    await visitor.heading(page, 'See you soon, Ada.');
    expect(await page.locator('.appointment').textContent()).toContain('11:30');
    expect(consoleErrors).toEqual([]);
    await close();
  });

  test('because the hold expired can be held again', async () => {
    const { page, consoleErrors, close } = await openPage(browser);
    // The page reads the server time from the Date header, which Node sets from the real clock.
    await page.route('**/api/**', async (route) => {
      const response = await route.fetch();
      const date = new Date(Date.now() + aheadMs).toUTCString();
      await route.fulfill({ response, headers: { ...response.headers(), date } });
    });
    await page.clock.install();
    await page.goto(shopUrl());
    await visitor.holdHaircut(page, day, '14:00');
    await visitor.fillDetails(page);
    // Advance the clocks of the server and the page by five minutes.
    aheadMs += 301_000;
    await page.clock.fastForward('05:01');
    const notice = page.getByRole('alert').filter({ hasText: 'hold on this time has expired' });
    await notice.getByRole('button', { name: '14:00' }).click();
    await page.getByText('We are holding this time for you').waitFor();
    await visitor.book(page);
    await visitor.heading(page, 'See you soon, Ada.');
    expect(consoleErrors).toEqual([]);
    await close();
  });

  test('becomes available again when the visitor goes back', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(shopUrl());
    await visitor.holdHaircut(page, day, '16:00');
    const free = async (): Promise<boolean> =>
      (await freeStarts(site, fixture, day, 'Haircut')).some((start) => start.slice(11, 16) === '16:00');
    expect(await free()).toBe(false);
    const released = page.waitForResponse((response) => response.request().method() === 'DELETE');
    await page.getByRole('button', { name: 'Back to time' }).click();
    expect((await released).status()).toBe(204);
    expect(await free()).toBe(true);
    await close();
  });
});
