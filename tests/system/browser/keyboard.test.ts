import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeInBrowser, desktop, launchBrowser, openPage } from '../../browser/browser.ts';
import { makeBarbershop, type Site, startSite } from '../../browser/fixture.ts';
import * as visitor from '../../browser/steps.ts';
import type { ShopFixture } from '../../support/shop-fixture.ts';

const maxTabs = 60;

/** Presses Tab until an element has the focus, and checks that the focus is visible. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let press = 0; press < maxTabs; press += 1) {
    await page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === document.activeElement)) {
      expect(await target.evaluate((element) => element.matches(':focus-visible'))).toBe(true);
      return;
    }
  }
  throw new Error(`${target} has no focus after ${maxTabs} presses of Tab`);
}

describeInBrowser('a keyboard user', () => {
  let site: Site;
  let browser: Browser;
  let fixture: ShopFixture;
  beforeAll(async () => {
    [site, browser] = await Promise.all([startSite(), launchBrowser()]);
    fixture = await makeBarbershop(site);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop();
  });

  test('can book an appointment', async () => {
    const { page, consoleErrors, close } = await openPage(browser, { viewport: desktop });
    const { keyboard } = page;
    const continueButton = page.getByRole('button', { name: 'Continue' });
    await page.goto(`${site.url}/s/${fixture.shop.slug}`);
    await tabTo(page, page.getByRole('checkbox', { name: 'Haircut' }));
    await keyboard.press('Space');
    await tabTo(page, continueButton);
    await keyboard.press('Enter');

    await visitor.heading(page, 'Choose a barber');
    await tabTo(page, page.getByRole('radio', { name: 'Any barber' }));
    await keyboard.press('ArrowDown');
    expect(await page.getByRole('radio', { name: 'Any barber' }).isChecked()).toBe(false);
    await tabTo(page, continueButton);
    await keyboard.press('Enter');

    await visitor.heading(page, 'Choose a time');
    await page.locator('.time').first().waitFor();
    await tabTo(page, page.locator('input[name="day"]:checked'));
    await keyboard.press('ArrowRight');
    await page.locator('.time').nth(3).waitFor();
    await tabTo(page, page.locator('input[name="start"]').first());
    await keyboard.press('ArrowRight');
    const clock = await page.locator('.time:has(:checked)').textContent();
    await tabTo(page, continueButton);
    await keyboard.press('Enter');

    await page.getByText('We are holding this time for you').waitFor();
    await tabTo(page, page.getByLabel('Name'));
    await keyboard.type('Kay Board');
    await keyboard.press('Tab');
    await keyboard.type('kay@example.com');
    await keyboard.press('Enter');
    await visitor.heading(page, 'See you soon, Kay.');
    expect(await page.locator('.appointment').textContent()).toContain(clock);
    expect(consoleErrors).toEqual([]);
    await close();
  });

  test('can skip the page header', async () => {
    const { page, close } = await openPage(browser, { viewport: desktop });
    await page.goto(`${site.url}/s/${fixture.shop.slug}`);
    await visitor.heading(page, 'Choose services');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await visitor.focused(page, page.locator('main'));
    await close();
  });
});
