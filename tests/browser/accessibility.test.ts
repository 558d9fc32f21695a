import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ShopFixture } from '../support/shop-fixture.ts';
import {
  accessibilityViolations,
  describeInBrowser,
  desktop,
  launchBrowser,
  openPage,
  phone,
} from './browser.ts';
import { forEachPage } from './every-page.ts';
import { makeBarbershop, type Site, startSite } from './fixture.ts';

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
    ['dark', 'desktop', desktop],
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
});
