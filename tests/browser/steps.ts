import type { Locator, Page } from 'playwright-core';
import { dayLong } from '../../apps/web/src/shared/time/calendar-day.ts';

/** Actions of a visitor on the booking pages. */

export async function chooseServices(page: Page, ...names: string[]): Promise<void> {
  for (const name of names) await page.getByRole('checkbox', { name }).check();
  await clickContinue(page);
  await heading(page, 'Choose a barber');
}

/** Continues with any barber. */
export async function acceptAnyBarber(page: Page): Promise<void> {
  await clickContinue(page);
  await heading(page, 'Choose a time');
}

/** @param day YYYY-MM-DD in the displayed week */
export async function chooseDay(page: Page, day: string): Promise<void> {
  await page.getByRole('radio', { name: dayLong(day) }).check();
  await page.getByRole('group', { name: dayLong(day) }).waitFor();
}

/** @param clock HH:MM in the time zone of the shop */
export async function chooseTime(page: Page, clock: string): Promise<void> {
  await page.getByRole('radio', { name: clock, exact: true }).check();
  await clickContinue(page);
}

export async function fillDetails(page: Page, email = 'ada@example.com'): Promise<void> {
  await page.getByLabel('Name').fill('Ada Løvelace');
  await page.getByLabel('Email').fill(email);
}

export async function book(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Book this time' }).click();
}

/** Goes from the page of the shop to the details step for a haircut. */
export async function holdHaircut(page: Page, day: string, clock: string): Promise<void> {
  await chooseServices(page, 'Haircut');
  await acceptAnyBarber(page);
  await chooseDay(page, day);
  await chooseTime(page, clock);
  await page.getByText('We are holding this time for you').waitFor();
}

/**
 * Books a haircut with Dee and a beard trim, from the list of shops to the confirmation.
 *
 * @returns the text of the confirmed appointment
 */
export async function bookTwoServices(page: Page, url: string, day: string, clock: string): Promise<string> {
  await page.goto(url);
  await page.getByRole('link', { name: /Corner Cuts/ }).click();
  await heading(page, 'Choose services');
  await page.getByRole('checkbox', { name: 'Haircut' }).check();
  await page.getByRole('checkbox', { name: 'Beard trim' }).check();
  await page.getByRole('status').getByText('2 services · 50 min').waitFor();
  await clickContinue(page);
  await page.getByRole('group', { name: 'Haircut' }).getByRole('radio', { name: 'Dee' }).check();
  await clickContinue(page);
  await chooseDay(page, day);
  await chooseTime(page, clock);
  await page.getByText('We are holding this time for you').waitFor();
  await fillDetails(page);
  await book(page);
  await heading(page, 'See you soon, Ada.');
  return (await page.locator('.appointment').textContent()) ?? '';
}

export const clickContinue = (page: Page): Promise<void> =>
  page.getByRole('button', { name: 'Continue' }).click();

export const heading = (page: Page, text: string | RegExp): Promise<void> =>
  page.getByRole('heading', { level: 1, name: text }).waitFor();

/** Waits until an element has the focus. */
export const focused = (page: Page, element: Locator): Promise<void> =>
  element.and(page.locator(':focus')).waitFor();

/** The displayed times in order: HH:MM, with an offset for a repeated hour. */
export const shownTimes = (page: Page): Promise<string[]> => page.locator('.time').allTextContents();
