import type { Page } from 'playwright-core';
import { addDays } from '../../apps/web/src/shared/time/calendar-day.ts';
import type { ShopFixture } from '../support/shop-fixture.ts';
import type { Site } from './fixture.ts';
import * as visitor from './steps.ts';

/** Opens every page and step, and calls `check` with the name of each. */
export async function forEachPage(
  page: Page,
  site: Site,
  { shop }: ShopFixture,
  check: (name: string) => Promise<void>,
): Promise<void> {
  await page.goto(site.url);
  await page.getByRole('link', { name: /Corner Cuts/ }).waitFor();
  await check('shops');
  await page.goto(`${site.url}/s/${shop.slug}`);
  await visitor.clickContinue(page);
  await check('services, with an error');
  await visitor.chooseServices(page, 'Haircut', 'Beard trim');
  await check('barbers');
  await visitor.acceptAnyBarber(page);
  await visitor.chooseDay(page, addDays(shop.today, 2));
  await page.locator('.time input').nth(4).check();
  await check('times');
  await visitor.clickContinue(page);
  await page.getByText('We are holding this time for you').waitFor();
  await visitor.book(page);
  await page.getByText('Enter your name.').waitFor();
  await check('details, with errors');
  await visitor.fillDetails(page);
  await visitor.book(page);
  await visitor.heading(page, 'See you soon, Ada.');
  await check('confirmation');
  await page.getByRole('link', { name: 'Reschedule or cancel' }).click();
  await visitor.heading(page, 'Your appointment');
  await page.getByText('Contact preferences').click();
  await page.getByRole('button', { name: 'Save' }).waitFor();
  await check('booking, with preferences');
  await page.getByRole('button', { name: 'Reschedule' }).click();
  await page.locator('.time').first().waitFor();
  await check('reschedule');
  await page.goBack();
  await page.getByRole('button', { name: 'Cancel appointment' }).click();
  await visitor.heading(page, 'Cancel this appointment?');
  await check('cancel');
  await page.getByRole('button', { name: 'Yes, cancel it' }).click();
  await visitor.heading(page, 'This appointment is cancelled');
  await check('cancelled');
  await page.goto(`${site.url}/nowhere/at-all`);
  await visitor.heading(page, 'Page not found');
  await check('not found');
}
