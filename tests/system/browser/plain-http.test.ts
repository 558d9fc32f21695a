import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays } from '../../../apps/web/src/shared/time/calendar-day.ts';
import { describeInBrowser, launchBrowser, openPage } from '../../browser/browser.ts';
import { makeBarbershop, type Site, startSite } from '../../browser/fixture.ts';
import * as visitor from '../../browser/steps.ts';
import type { ShopFixture } from '../../support/shop-fixture.ts';

/** Host name like that of a laptop in the local network of a shop. */
const host = 'barber-laptop.test';

describeInBrowser('plain HTTP with a host name other than localhost', () => {
  let site: Site;
  let browser: Browser;
  let fixture: ShopFixture;
  beforeAll(async () => {
    const mapped = `--host-resolver-rules=MAP ${host} 127.0.0.1`;
    [site, browser] = await Promise.all([startSite(), launchBrowser(mapped)]);
    fixture = await makeBarbershop(site);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop();
  });

  test('supports booking without crypto.randomUUID and the clipboard API', async () => {
    const { page, close } = await openPage(browser);
    const { port } = new URL(site.url);
    await page.goto(`http://${host}:${port}/s/${fixture.shop.slug}`);
    expect(await page.evaluate(() => [isSecureContext, typeof crypto.randomUUID])).toEqual([
      false,
      'undefined',
    ]);
    await visitor.holdHaircut(page, addDays(fixture.shop.today, 2), '10:00');
    await visitor.fillDetails(page);
    await visitor.book(page);
    await visitor.heading(page, 'See you soon, Ada.');
    await page.getByRole('button', { name: 'Copy link' }).click();
    expect(await page.getByRole('textbox', { name: 'Your link' }).inputValue()).toMatch(
      /^http:\/\/barber-laptop\.test:\d+\/manage\/.+#.{20,}$/,
    );
    await close();
  });
});
