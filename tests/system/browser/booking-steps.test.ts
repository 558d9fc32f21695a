import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays, dayLong, dayWithYear } from '../../../apps/web/src/shared/time/calendar-day.ts';
import { describeInBrowser, desktop, launchBrowser, openPage } from '../../browser/browser.ts';
import { freeStarts, makeBarbershop, type Site, startSite } from '../../browser/fixture.ts';
import * as visitor from '../../browser/steps.ts';
import { eventually } from '../../support/eventually.ts';
import type { ShopFixture } from '../../support/shop-fixture.ts';

describeInBrowser('the booking steps', () => {
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
  const shopUrl = (): string => `${site.url}/s/${fixture.shop.slug}`;

  test('work on a desktop, from the list of shops to the confirmation', async () => {
    const clock = '13:00';
    const { page, consoleErrors, close } = await openPage(browser, { viewport: desktop });
    const card = await visitor.bookTwoServices(page, site.url, day, clock);
    for (const part of [
      dayWithYear(day),
      clock,
      'New York time',
      'Haircut with Dee',
      '214 Bedford Avenue',
      '$55.50',
    ]) {
      expect(card).toContain(part);
    }
    const remaining = await freeStarts(site, fixture, day, 'Haircut');
    expect(remaining.length).toBeGreaterThan(0);
    expect(consoleErrors).toEqual([]);
    await close();
  });

  test('show the times of the API in the time zone of the shop, also in another time zone', async () => {
    const { page, close } = await openPage(browser, { timezoneId: 'Asia/Tokyo' });
    await page.goto(shopUrl());
    await visitor.chooseServices(page, 'Haircut', 'Beard trim');
    await visitor.acceptAnyBarber(page);
    for (const each of [day, addDays(day, 1), addDays(day, 3)]) {
      await visitor.chooseDay(page, each);
      const starts = await freeStarts(site, fixture, each, 'Haircut', 'Beard trim');
      await eventually(async () =>
        expect(await visitor.shownTimes(page)).toEqual(starts.map((start) => start.slice(11, 16))),
      );
    }
    const note = await page.locator('.zone-note').textContent();
    expect(note).toContain('New York time (Eastern Time)');
    expect(note).toContain('Your device is set to Tokyo time');
    await close();
  });

  test('put no personal data into URLs, and preserve the confirmation on reload', async () => {
    const { page, requests, close } = await openPage(browser);
    const visitedUrls: string[] = [];
    page.on('framenavigated', (frame) => visitedUrls.push(frame.url()));
    await page.goto(shopUrl());
    await visitor.holdHaircut(page, day, '16:00');
    await visitor.fillDetails(page);
    await visitor.book(page);
    await visitor.heading(page, 'See you soon, Ada.');
    await page.reload();
    await visitor.heading(page, 'See you soon, Ada.');
    const urls = [...visitedUrls, ...requests].join('\n');
    expect(urls).toContain('/bookings');
    expect(urls).not.toMatch(/ada|l%C3%B8velace|example\.com/i);
    await close();
  });

  test('have different titles, and move the focus to their headings', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(shopUrl());
    await visitor.heading(page, 'Choose services');
    const titles: string[] = [];
    const newTitle = (): Promise<void> =>
      eventually(async () => {
        const title = await page.title();
        expect(title).toContain('Corner Cuts');
        expect(titles).not.toContain(title);
        titles.push(title);
      });
    await newTitle();
    await visitor.chooseServices(page, 'Haircut');
    await newTitle();
    await visitor.focused(page, page.locator('h1'));
    await visitor.acceptAnyBarber(page);
    await newTitle();
    await visitor.focused(page, page.locator('h1'));
    await close();
  });

  test('offer the next free day for a day without free times', async () => {
    const busy = await makeBarbershop(site, { barbers: [{ name: 'Sam', schedule: [] }] });
    const barber = busy.barbers[0];
    const openDay = addDays(busy.shop.today, 40);
    const override = {
      barber_id: barber?.id,
      date: openDay,
      periods: [{ starts_minute: 600, ends_minute: 660 }],
    };
    const { status } = await site.asOperator('POST', `/api/v1/shops/${busy.shop.slug}/overrides`, override);
    expect(status).toBe(201);
    const { page, close } = await openPage(browser);
    await page.goto(`${site.url}/s/${busy.shop.slug}`);
    await visitor.chooseServices(page, 'Haircut');
    await visitor.acceptAnyBarber(page);
    await page.getByText(`No appointments available on ${dayLong(busy.shop.today)}`).waitFor();
    await page.getByRole('button', { name: 'Next free day' }).click();
    await page.getByRole('group', { name: dayLong(openDay) }).waitFor();
    await eventually(async () =>
      expect(await visitor.shownTimes(page)).toEqual(['10:00', '10:10', '10:20', '10:30']),
    );
    await visitor.focused(page, page.locator(`input[value="${openDay}"]`));
    await close();
  });

  test('show the offset for a repeated hour', async () => {
    const allDay = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({
      weekday,
      periods: [{ starts_minute: 0, ends_minute: 240 }],
    }));
    const night = await makeBarbershop(site, {
      barbers: [{ name: 'Owl', schedule: allDay }],
      shop: { policy: { max_advance_days: 400, slot_interval_minutes: 30 } },
    });
    const changeDay = nextFallBack(addDays(night.shop.today, 1));
    const { page, close } = await openPage(browser);
    await page.goto(`${site.url}/s/${night.shop.slug}`);
    await visitor.chooseServices(page, 'Haircut');
    await visitor.acceptAnyBarber(page);
    await page.getByLabel('Go to a date').fill(changeDay);
    await page.getByRole('group', { name: dayLong(changeDay) }).waitFor();
    const shown = await eventually(async () => {
      const times = await visitor.shownTimes(page);
      expect(times).toEqual(
        expect.arrayContaining([
          '00:30',
          '01:00 (UTC−4)',
          '01:30 (UTC−4)',
          '01:00 (UTC−5)',
          '01:30 (UTC−5)',
          '02:00',
        ]),
      );
      return times;
    });
    const starts = await freeStarts(site, night, changeDay, 'Haircut');
    expect(shown.map((text) => text.slice(0, 5))).toEqual(starts.map((start) => start.slice(11, 16)));
    await close();
  });
});

/** The first Sunday in November from a day on, when New York sets its clocks back. */
function nextFallBack(from: string): string {
  for (let day = from; ; day = addDays(day, 1)) {
    if (/-11-0[1-7]$/.test(day) && dayLong(day).startsWith('Sunday')) return day;
  }
}
