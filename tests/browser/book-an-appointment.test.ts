import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays, dayWithYear } from '../../apps/web/src/shared/time/calendar-day.ts';
import type { ShopFixture } from '../support/shop-fixture.ts';
import { describeInBrowser, launchBrowser, openPage } from './browser.ts';
import { freeStarts, makeBarbershop, type Site, startSite } from './fixture.ts';
import * as visitor from './steps.ts';

describeInBrowser('booking an appointment', () => {
  let site: Site;
  let browser: Browser;
  let fixture: ShopFixture;
  let day: string;
  beforeAll(async () => {
    [site, browser] = await Promise.all([startSite(), launchBrowser()]);
    fixture = await makeBarbershop(site);
    day = addDays(fixture.shop.today, 2);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop();
  });
  const shopUrl = (): string => `${site.url}/s/${fixture.shop.slug}`;

  test('works on a phone, from the list of shops to the confirmation', async () => {
    const clock = '10:00';
    const { page, consoleErrors, close } = await openPage(browser);
    const card = await visitor.bookTwoServices(page, site.url, day, clock);
    for (const part of [
      dayWithYear(day),
      clock,
      'New York time',
      'Haircut with Dee',
      '214 Bedford Avenue',
      '$55.50',
    ]) {
      expect(card).toContain(part);
    }
    const remaining = await freeStarts(site, fixture, day, 'Haircut');
    expect(remaining.length).toBeGreaterThan(0);
    expect(consoleErrors).toEqual([]);
    await close();
  });

  test('supports back and forward, and preserves the selections on reload', async () => {
    const { page, consoleErrors, close } = await openPage(browser);
    await page.goto(shopUrl());
    await visitor.holdHaircut(page, day, '15:00');
    await page.reload();
    await page.getByText('We are holding this time for you').waitFor();
    expect(await page.locator('.held-booking').textContent()).toContain('15:00–15:30');

    await page.goBack();
    await visitor.heading(page, 'Choose a time');
    await page.getByRole('radio', { name: '15:00', exact: true, checked: true }).waitFor();
    await page.goBack();
    await visitor.heading(page, 'Choose a barber');
    await page.goBack();
    await visitor.heading(page, 'Choose services');
    await page.getByRole('checkbox', { name: 'Haircut', checked: true }).waitFor();
    await page.goForward();
    await page.goForward();
    await page.goForward();
    await page.getByText('We are holding this time for you').waitFor();
    expect(consoleErrors).toEqual([]);
    await close();
  });
});
