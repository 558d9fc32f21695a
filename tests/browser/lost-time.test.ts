import type { Hold } from '@bookedbarber/contract';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays } from '../../apps/web/src/shared/time/calendar-day.ts';
import type { ShopFixture } from '../support/shop-fixture.ts';
import { describeInBrowser, launchBrowser, openPage } from './browser.ts';
import { bookInOtherTab, freeStarts, makeBarbershop, type Site, startSite } from './fixture.ts';
import * as visitor from './steps.ts';

describeInBrowser('a time that is lost', () => {
  let site: Site;
  let browser: Browser;
  let fixture: ShopFixture;
  let day: string;
  beforeAll(async () => {
    [site, browser] = await Promise.all([startSite(), launchBrowser()]);
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

  test('to somebody faster is followed by the next free times, and one of them can be taken', async () => {
    const { page, faults, close } = await openPage(browser, { expectsRefusals: true });
    await page.goto(shopUrl());
    await visitor.chooseServices(page, 'Haircut');
    await visitor.acceptAnyBarber(page);
    await visitor.chooseDay(page, day);
    await page.getByRole('radio', { name: '09:00', exact: true }).check();
    await bookInOtherTab(site, fixture, await startAt('09:00'));
    await visitor.goOn(page);
    const notice = page.getByRole('alert').filter({ hasText: 'Somebody was faster' });
    await notice.waitFor();
    const next = await freeStarts(site, fixture, day, 'Haircut');
    expect(next[0]?.slice(11, 16)).toBe('09:30');
    await notice.getByRole('button', { name: '09:30' }).click();
    await page.getByText('We keep this time for you').waitFor();
    expect(await page.locator('.held-visit').textContent()).toContain('09:30–10:00');
    expect(faults).toEqual([]);
    await close();
  });

  test('while the form is filled in costs none of what was typed', async () => {
    const { page, faults, close } = await openPage(browser, { expectsRefusals: true });
    let holdPath = '';
    page.on('response', async (response) => {
      if (response.request().method() !== 'POST' || !response.url().endsWith('/holds')) return;
      holdPath = `/api/v1/shops/${fixture.shop.slug}/holds/${((await response.json()) as Hold).id}`;
    });
    await page.goto(shopUrl());
    await visitor.holdHaircut(page, day, '11:00');
    await visitor.fillDetails(page);
    expect((await site.asGuest('DELETE', holdPath)).status).toBe(204);
    await bookInOtherTab(site, fixture, await startAt('11:00'));
    await visitor.book(page);
    const notice = page.getByRole('alert').filter({ hasText: 'are free next' });
    await notice.getByRole('button', { name: '11:30' }).click();
    await page.getByText('We keep this time for you').waitFor();
    expect(await page.getByLabel('Name').inputValue()).toBe('Ada Løvelace');
    await visitor.book(page);
    await visitor.heading(page, 'See you soon, Ada.');
    expect(await page.locator('.visit').textContent()).toContain('11:30');
    expect(faults).toEqual([]);
    await close();
  });

  test('because the hold ran out can be held again', async () => {
    const { page, faults, close } = await openPage(browser);
    let shortened = false;
    await page.route('**/holds', async (route) => {
      const response = await route.fetch();
      const hold = (await response.json()) as Hold;
      if (shortened) return route.fulfill({ response });
      shortened = true;
      // As if five minutes had gone by: to the server, and to the page a moment later.
      await site.asGuest('DELETE', `/api/v1/shops/${fixture.shop.slug}/holds/${hold.id}`);
      const expires_at = new Date(Date.now() + 1500).toISOString();
      return route.fulfill({ response, json: { ...hold, expires_at } });
    });
    await page.goto(shopUrl());
    await visitor.holdHaircut(page, day, '14:00');
    await visitor.fillDetails(page);
    const notice = page.getByRole('alert').filter({ hasText: 'could not keep this time' });
    await notice.getByRole('button', { name: '14:00' }).click();
    await page.getByText('We keep this time for you').waitFor();
    await visitor.book(page);
    await visitor.heading(page, 'See you soon, Ada.');
    expect(faults).toEqual([]);
    await close();
  });

  test('is given back to others when the visitor goes back', async () => {
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
