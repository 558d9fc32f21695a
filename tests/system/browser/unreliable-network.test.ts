import type { BookingList } from '@bookedbarber/contract';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays } from '../../../apps/web/src/shared/time/calendar-day.ts';
import { describeInBrowser, launchBrowser, openPage } from '../../browser/browser.ts';
import { makeBarbershop, type Site, startSite } from '../../browser/fixture.ts';
import * as visitor from '../../browser/steps.ts';
import type { ShopFixture } from '../../support/shop-fixture.ts';

describeInBrowser('a network failure', () => {
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

  test('that loses the response to a booking request does not cause a second booking on retry', async () => {
    const { page, close } = await openPage(browser, { expectsErrorResponses: true });
    const keys: (string | undefined)[] = [];
    await page.route('**/bookings', async (route) => {
      keys.push(route.request().headers()['idempotency-key']);
      if (keys.length > 1) return route.continue();
      await route.fetch();
      return route.abort('connectionreset');
    });
    await page.goto(`${site.url}/s/${fixture.shop.slug}`);
    await visitor.holdHaircut(page, day, '10:00');
    await visitor.fillDetails(page);
    await visitor.book(page);
    const notice = page.getByRole('alert').filter({ hasText: 'could not reach' });
    await notice.getByRole('button', { name: 'Try again' }).click();
    await visitor.heading(page, 'See you soon, Ada.');
    expect(keys).toHaveLength(2);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys[1]).toBe(keys[0]);
    const path = `/api/v1/shops/${fixture.shop.slug}/bookings?from=${day}&days=1`;
    const { body }: { body: BookingList } = await site.asOperator('GET', path);
    expect(body.bookings).toHaveLength(1);
    await close();
  });

  test('while the server is down shows an error, and a retry succeeds after it recovers', async () => {
    const { page, close } = await openPage(browser, { expectsErrorResponses: true });
    let down = true;
    await page.route('**/api/v1/shops', (route) =>
      down ? route.fulfill({ status: 503, body: 'no' }) : route.continue(),
    );
    await page.goto(site.url);
    const notice = page.getByRole('alert').filter({ hasText: 'temporarily unavailable' });
    await notice.waitFor();
    down = false;
    await notice.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('link', { name: /Corner Cuts/ }).waitFor();
    await close();
  });

  test('while the device is offline shows an error, and a retry loads free times', async () => {
    const { page, close } = await openPage(browser, { expectsErrorResponses: true });
    await page.goto(`${site.url}/s/${fixture.shop.slug}`);
    await visitor.chooseServices(page, 'Haircut');
    await page.context().setOffline(true);
    await visitor.acceptAnyBarber(page);
    const notice = page.getByRole('alert').filter({ hasText: 'could not reach' });
    await notice.waitFor();
    await page.context().setOffline(false);
    await notice.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.time').first().waitFor();
    await close();
  });

  test('that corrupts a response shows an error page with a reload button', async () => {
    const { page, close } = await openPage(browser);
    let broken = true;
    await page.route('**/api/v1/shops', (route) =>
      broken ? route.fulfill({ json: { shops: [null] } }) : route.continue(),
    );
    await page.goto(site.url);
    await visitor.heading(page, 'Something went wrong');
    broken = false;
    await page.getByRole('button', { name: 'Reload the page' }).click();
    await page.getByRole('link', { name: /Corner Cuts/ }).waitFor();
    await close();
  });
});
