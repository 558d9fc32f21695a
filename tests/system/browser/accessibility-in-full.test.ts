import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accessibilityViolations,
  describeInBrowser,
  desktop,
  launchBrowser,
  openPage,
  phone,
} from '../../browser/browser.ts';
import { makeBarbershop, type Site, startSite } from '../../browser/fixture.ts';
import { lookAtAll } from '../../browser/look-at-all.ts';
import type { ShopFixture } from '../../support/shop-fixture.ts';

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

describeInBrowser('every page and step, in the other colors and sizes', () => {
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
    ['dark', 'phone', phone],
    ['light', 'desktop', desktop],
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
