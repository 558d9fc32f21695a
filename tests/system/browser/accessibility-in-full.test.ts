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
import { forEachPage } from '../../browser/every-page.ts';
import { makeBarbershop, type Site, startSite } from '../../browser/fixture.ts';
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

  test('shows its operator how to create one', async () => {
    const { page, consoleErrors, close } = await openPage(browser);
    await page.goto(site.url);
    await page.getByText('bookedbarber shop create').waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(consoleErrors).toEqual([]);
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
  ] as const)('has no axe violations, in %s mode on a %s', async (colorScheme, _, viewport) => {
    const { page, consoleErrors, close } = await openPage(browser, {
      colorScheme,
      viewport,
      timezoneId: 'Asia/Tokyo',
    });
    const violations: string[] = [];
    await forEachPage(page, site, fixture, async (name) => {
      for (const violation of await accessibilityViolations(page)) violations.push(`${name}: ${violation}`);
    });
    expect(violations).toEqual([]);
    expect(consoleErrors).toEqual([]);
    await close();
  });

  test('fits a width of 320 px, with touch targets of at least 44 px', async () => {
    const { page, close } = await openPage(browser, {
      viewport: { width: 320, height: 640 },
      hasTouch: true,
    });
    const problems: string[] = [];
    await forEachPage(page, site, fixture, async (name) => {
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (overflow > 0) problems.push(`${name}: ${overflow} px too wide`);
      for (const target of await smallTargets(page)) problems.push(`${name}: ${target}`);
    });
    expect(problems).toEqual([]);
    await close();
  });
});

/** Buttons, option labels and links outside of sentences that are smaller than 44 px. */
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
