import type { Locator, Page } from 'playwright-core';
import { dayLong } from '../../apps/web/src/shared/time/calendar-day.ts';

/** What a visitor does on the booking pages, one function for a step. */

export async function chooseServices(page: Page, ...names: string[]): Promise<void> {
  for (const name of names) await page.getByRole('checkbox', { name }).check();
  await goOn(page);
  await heading(page, 'Who should do it?');
}

/** Leaves the barbers as they are: any. */
export async function acceptAnyBarber(page: Page): Promise<void> {
  await goOn(page);
  await heading(page, 'When suits you?');
}

/** @param day YYYY-MM-DD of the week that is shown */
export async function chooseDay(page: Page, day: string): Promise<void> {
  await page.getByRole('radio', { name: dayLong(day) }).check();
  await page.getByRole('group', { name: dayLong(day) }).waitFor();
}

/** @param clock HH:MM of the shop */
export async function chooseTime(page: Page, clock: string): Promise<void> {
  await page.getByRole('radio', { name: clock, exact: true }).check();
  await goOn(page);
}

export async function fillDetails(page: Page, email = 'ada@example.com'): Promise<void> {
  await page.getByLabel('Name').fill('Ada Løvelace');
  await page.getByLabel('Email').fill(email);
}

export async function book(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Book this time' }).click();
}

/** Goes from the shop's page to the details of a haircut. */
export async function holdHaircut(page: Page, day: string, clock: string): Promise<void> {
  await chooseServices(page, 'Haircut');
  await acceptAnyBarber(page);
  await chooseDay(page, day);
  await chooseTime(page, clock);
  await page.getByText('We keep this time for you').waitFor();
}

export const goOn = (page: Page): Promise<void> => page.getByRole('button', { name: 'Continue' }).click();

export const heading = (page: Page, text: string | RegExp): Promise<void> =>
  page.getByRole('heading', { level: 1, name: text }).waitFor();

/** Waits until an element has the focus. */
export const focused = (page: Page, element: Locator): Promise<void> =>
  element.and(page.locator(':focus')).waitFor();

/** The times on the page in their order, HH:MM and an offset where there is one. */
export const shownTimes = (page: Page): Promise<string[]> => page.locator('.time').allTextContents();
