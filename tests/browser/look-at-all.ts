import type { Page } from 'playwright-core';
import { addDays } from '../../apps/web/src/shared/time/calendar-day.ts';
import type { ShopFixture } from '../support/shop-fixture.ts';
import type { Site } from './fixture.ts';
import * as visitor from './steps.ts';

/** Goes through every page and step and looks at each. */
export async function lookAtAll(
  page: Page,
  site: Site,
  { shop }: ShopFixture,
  look: (name: string) => Promise<void>,
): Promise<void> {
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
