import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays, dayWithYear } from '../../apps/web/src/shared/time/calendar-day.ts';
import type { ShopFixture } from '../support/shop-fixture.ts';
import { describeInBrowser, launchBrowser, openPage } from './browser.ts';
import { freeStarts, makeBarbershop, type Site, startSite } from './fixture.ts';
import * as visitor from './steps.ts';

describeInBrowser('booking a visit', () => {
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
    const { page, faults, close } = await openPage(browser);
    await page.goto(site.url);
    await page.getByRole('link', { name: /Corner Cuts/ }).click();
    await visitor.heading(page, 'What would you like done?');
    await page.getByRole('checkbox', { name: 'Haircut' }).check();
    await page.getByRole('checkbox', { name: 'Beard trim' }).check();
    await page.getByRole('status').getByText('2 services · 50 min').waitFor();
    await visitor.goOn(page);
    await page.getByRole('group', { name: 'Haircut' }).getByRole('radio', { name: 'Dee' }).check();
    await visitor.goOn(page);
    await visitor.chooseDay(page, day);
    await visitor.chooseTime(page, clock);
    await page.getByText('We keep this time for you').waitFor();
    await visitor.fillDetails(page);
    await visitor.book(page);

    await visitor.heading(page, 'See you soon, Ada.');
    const card = await page.locator('.visit').textContent();
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
    const taken = await freeStarts(site, fixture, day, 'Haircut');
    expect(taken.length).toBeGreaterThan(0);
    expect(faults).toEqual([]);
    await close();
  });

  test('back and forward go through the steps, and a reload keeps the choice', async () => {
    const { page, faults, close } = await openPage(browser);
    await page.goto(shopUrl());
    await visitor.holdHaircut(page, day, '15:00');
    await page.reload();
    await page.getByText('We keep this time for you').waitFor();
    expect(await page.locator('.held-visit').textContent()).toContain('15:00–15:30');

    await page.goBack();
    await visitor.heading(page, 'When suits you?');
    await page.getByRole('radio', { name: '15:00', exact: true, checked: true }).waitFor();
    await page.goBack();
    await visitor.heading(page, 'Who should do it?');
    await page.goBack();
    await visitor.heading(page, 'What would you like done?');
    await page.getByRole('checkbox', { name: 'Haircut', checked: true }).waitFor();
    await page.goForward();
    await page.goForward();
    await page.goForward();
    await page.getByText('We keep this time for you').waitFor();
    expect(faults).toEqual([]);
    await close();
  });
});
