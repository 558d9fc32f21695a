import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays } from '../../apps/web/src/shared/time/calendar-day.ts';
import type { ShopFixture } from '../support/shop-fixture.ts';
import {
  accessibilityViolations,
  describeInBrowser,
  desktop,
  launchBrowser,
  openPage,
  phone,
} from './browser.ts';
import { makeBarbershop, type Site, startSite } from './fixture.ts';
import * as visitor from './steps.ts';

/** Goes through every page and step and looks at each. */
async function lookAtAll(
  page: Page,
  site: Site,
  { shop }: ShopFixture,
  look: (name: string) => Promise<void>,
) {
  await page.goto(site.url);
  await page.getByRole('link', { name: /Corner Cuts/ }).waitFor();
  await look('shops');
  await page.goto(`${site.url}/s/${shop.slug}`);
  await visitor.goOn(page);
  await look('services, with a fault');
  await visitor.chooseServices(page, 'Haircut', 'Beard trim');
  await look('barbers');
  await visitor.acceptAnyBarber(page);
  await visitor.chooseDay(page, addDays(shop.today, 2));
  await page.locator('.time input').nth(4).check();
  await look('times');
  await visitor.goOn(page);
  await page.getByText('We keep this time for you').waitFor();
  await visitor.book(page);
  await page.getByText('Enter your name.').waitFor();
  await look('details, with faults');
  await visitor.fillDetails(page);
  await visitor.book(page);
  await visitor.heading(page, 'See you soon, Ada.');
  await look('confirmation');
  await page.getByRole('link', { name: 'Move or cancel' }).click();
  await visitor.heading(page, 'Your visit');
  await page.getByText('How shall we reach you?').click();
  await page.getByRole('button', { name: 'Save' }).waitFor();
  await look('booking, with preferences');
  await page.getByRole('button', { name: 'Move' }).click();
  await page.locator('.time').first().waitFor();
  await look('move');
  await page.goBack();
  await page.getByRole('button', { name: 'Cancel visit' }).click();
  await visitor.heading(page, 'Cancel this visit?');
  await look('cancel');
  await page.getByRole('button', { name: 'Yes, cancel it' }).click();
  await visitor.heading(page, 'This visit is cancelled');
  await look('cancelled');
  await page.goto(`${site.url}/nowhere/at-all`);
  await visitor.heading(page, 'There is no such page');
  await look('not found');
}

describeInBrowser('an installation without a shop', () => {
  let site: Site;
  let browser: Browser;
  beforeAll(async () => {
    [site, browser] = await Promise.all([startSite(), launchBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop();
  });

  test('tells its operator how to make one', async () => {
    const { page, faults, close } = await openPage(browser);
    await page.goto(site.url);
    await page.getByText('bookedbarber shop create').waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });
});

describeInBrowser('every page and step', () => {
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

  test.each([
    ['light', 'phone', phone],
    ['dark', 'phone', phone],
    ['light', 'desktop', desktop],
    ['dark', 'desktop', desktop],
  ] as const)('has nothing for axe to find, %s on a %s', async (colorScheme, _, viewport) => {
    const { page, faults, close } = await openPage(browser, {
      colorScheme,
      viewport,
      timezoneId: 'Asia/Tokyo',
    });
    const found: string[] = [];
    await lookAtAll(page, site, fixture, async (name) => {
      for (const fault of await accessibilityViolations(page)) found.push(`${name}: ${fault}`);
    });
    expect(found).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });

  test('fits a width of 320 px, with targets that a thumb can hit', async () => {
    const { page, close } = await openPage(browser, {
      viewport: { width: 320, height: 640 },
      hasTouch: true,
    });
    const found: string[] = [];
    await lookAtAll(page, site, fixture, async (name) => {
      const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (tooWide > 0) found.push(`${name}: ${tooWide} px too wide`);
      for (const small of await smallTargets(page)) found.push(`${name}: ${small}`);
    });
    expect(found).toEqual([]);
    await close();
  });
});

/** Buttons, labels of choices and links outside of sentences that are lower or narrower than 44 px. */
function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const targets = document.querySelectorAll(
      'button, label:has(input), .button, .field input, select, address a, summary',
    );
    return Array.from(targets).flatMap((target) => {
      const { width, height } = target.getBoundingClientRect();
      const isSmall = width > 0 && (width < 43.5 || height < 43.5);
      return isSmall
        ? [`${target.textContent.trim()} is ${Math.round(width)} by ${Math.round(height)} px`]
        : [];
    });
  });
}
