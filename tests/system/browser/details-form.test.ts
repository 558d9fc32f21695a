import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays } from '../../../apps/web/src/shared/time/calendar-day.ts';
import { describeInBrowser, launchBrowser, openPage } from '../../browser/browser.ts';
import { makeBarbershop, type Site, startSite } from '../../browser/fixture.ts';
import * as visitor from '../../browser/steps.ts';
import type { ShopFixture } from '../../support/shop-fixture.ts';

describeInBrowser('the details form', () => {
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

  test('shows each error at its field and focuses the first', async () => {
    const { page, consoleErrors, close } = await openPage(browser);
    await page.goto(`${site.url}/s/${fixture.shop.slug}`);
    await visitor.holdHaircut(page, day, '10:00');
    await visitor.book(page);
    await page.getByText('Enter your name.').waitFor();
    const name = page.getByLabel('Name');
    await visitor.focused(page, name);
    expect(await name.getAttribute('aria-invalid')).toBe('true');
    const describedBy = await name.getAttribute('aria-describedby');
    expect(await page.locator(`[id="${describedBy}"]`).textContent()).toBe('Enter your name.');

    await name.fill('Ada');
    await page.getByText('Enter your name.').waitFor({ state: 'detached' });
    await page.getByLabel('Email').fill('ada@nowhere');
    await page.getByLabel('Phone').fill('call me');
    await visitor.book(page);
    await page.getByText('Enter a phone number, or leave this field empty.').waitFor();
    await visitor.focused(page, page.getByLabel('Email'));
    expect(consoleErrors).toEqual([]);
    await close();
  });

  test('shows validation errors of the server at the fields, and books after they are corrected', async () => {
    const { page, close } = await openPage(browser, { expectsErrorResponses: true });
    await page.goto(`${site.url}/s/${fixture.shop.slug}`);
    await visitor.holdHaircut(page, day, '12:00');
    await visitor.fillDetails(page, 'ada..l@example.com');
    await visitor.book(page);
    const email = page.getByLabel('Email');
    await page.locator('.field', { has: email }).getByText('Please check this').waitFor();
    await visitor.focused(page, email);

    await email.fill('ada@example.com');
    await page.getByLabel('Phone').fill('000 0000');
    await visitor.book(page);
    await page
      .locator('.field', { has: page.getByLabel('Phone') })
      .getByText('not valid')
      .waitFor();
    await page.getByLabel('Phone').fill('(212) 555-0199');
    await visitor.book(page);
    await visitor.heading(page, 'See you soon, Ada.');
    await close();
  });

  test('requires a service and a time before the next step', async () => {
    const { page, consoleErrors, close } = await openPage(browser);
    await page.goto(`${site.url}/s/${fixture.shop.slug}`);
    await visitor.clickContinue(page);
    await page.getByRole('alert').getByText('Choose at least one service.').waitFor();
    await visitor.chooseServices(page, 'Beard trim');
    await visitor.acceptAnyBarber(page);
    await page.locator('.time').first().waitFor();
    await visitor.clickContinue(page);
    await page.getByRole('alert').getByText('Choose a time first.').waitFor();
    expect(consoleErrors).toEqual([]);
    await close();
  });
});
