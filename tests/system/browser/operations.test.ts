import { Client } from 'pg';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { addDays } from '../../../apps/web/src/shared/time/calendar-day.ts';
import {
  accessibilityViolations,
  describeInBrowser,
  desktop,
  launchBrowser,
  openPage,
  phone,
} from '../../browser/browser.ts';
import { bookInOtherTab, freeStarts, makeBarbershop, type Site } from '../../browser/fixture.ts';
import { type LocalServer, startLocalServer } from '../../support/local-server.ts';
import { type ShopFixture, sendTo } from '../../support/shop-fixture.ts';

let server: LocalServer;
let site: Site;
let browser: Browser;
let fixture: ShopFixture;

/** Books an appointment and marks its confirmation as dead. */
async function createDeadMessage(): Promise<void> {
  const tomorrow = addDays(fixture.shop.today, 1);
  const [start = ''] = await freeStarts(site, fixture, tomorrow, 'Haircut');
  await bookInOtherTab(site, fixture, start);
  const client = new Client({ connectionString: server.databaseUrl });
  await client.connect();
  await client.query(`UPDATE outbox_message SET state = 'dead', finished_at = now(), attempts = 10,
    last_error = 'SMTP 451: try again later' WHERE kind = 'confirmation'`);
  await client.end();
}

async function signIn(page: Page, token = server.operatorToken): Promise<void> {
  await page.getByLabel('Operator token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

describeInBrowser('the messages page for operators', () => {
  beforeAll(async () => {
    [server, browser] = await Promise.all([startLocalServer(), launchBrowser()]);
    site = {
      url: server.url,
      asOperator: sendTo(server.url, server.operatorToken),
      asGuest: sendTo(server.url),
      stop: () => server.stop(),
    };
    fixture = await makeBarbershop(site);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  test('requires the token, rejects a wrong one, and shows an empty outbox', async () => {
    const { page, requests, close } = await openPage(browser, { expectsErrorResponses: true });
    await page.goto(`${server.url}/operations/messages`);
    await page.getByLabel('Operator token').waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await signIn(page, 'a-token-that-the-server-does-not-know');
    await page.getByText('The token is wrong').waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await signIn(page);
    await page.getByText('No dead messages.').waitFor();
    await page.getByText('No active pauses.').waitFor();
    await page.getByText('No worker has reported').waitFor();
    await page.getByText('No task has run yet.').waitFor();
    expect(requests).toContain(`${server.url}/api/v1/messages/stats`);
    expect(requests.join(' ')).not.toContain(server.operatorToken);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Operator token').waitFor();
    await page.reload();
    await page.getByLabel('Operator token').waitFor();
    await close();
  });

  test('pauses and resumes delivery, and retries dead messages', async () => {
    await createDeadMessage();
    const { page, consoleErrors, close } = await openPage(browser);
    await page.goto(`${server.url}/operations/messages`);
    await signIn(page);
    await page.getByText('SMTP 451: try again later').waitFor();

    await page.getByLabel('Pause', { exact: true }).selectOption('kind:confirmation');
    await page.getByLabel('Reason').fill('wrong text');
    await page.getByLabel('Your name').fill('Ada');
    await page.getByRole('button', { name: 'Pause delivery' }).click();
    await page.getByText('by Ada: wrong text').waitFor();

    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('No dead messages.').waitFor();
    // The message waits until the pause ends.
    await page.locator('.figure', { hasText: 'paused' }).getByText('1', { exact: true }).waitFor();

    await page.getByRole('button', { name: 'Resume kind:confirmation' }).click();
    await page.getByText('No active pauses.').waitFor();
    expect(consoleErrors).toEqual([]);
    await close();
  });

  test.each([
    ['light', 'phone', phone],
    ['dark', 'desktop', desktop],
    ['light', 'narrow phone', { width: 320, height: 640 }],
  ] as const)(
    'has no axe violations and no horizontal overflow, in %s mode on a %s',
    async (colorScheme, _, viewport) => {
      await site.asOperator('POST', '/api/v1/messages/pause', {
        target: 'all',
        reason: 'provider outage',
        by: 'Ada',
      });
      const client = new Client({ connectionString: server.databaseUrl });
      await client.connect();
      await client.query(`UPDATE outbox_message SET state = 'dead', finished_at = now(), last_error = 'SMTP 451: later'
      WHERE kind = 'confirmation'`);
      await client.query(`INSERT INTO scheduled_task (name, due_at, ended_at, outcome, failed)
      VALUES ('roll-up', now(), now(), 'the disk is full', true) ON CONFLICT DO NOTHING`);
      await client.end();
      const { page, consoleErrors, close } = await openPage(browser, { colorScheme, viewport });
      await page.goto(`${server.url}/operations/messages`);
      await signIn(page);
      await page.getByText('SMTP 451: later').waitFor();
      await page.getByText('by Ada: provider outage').waitFor();
      await page.getByText('the disk is full').waitFor();
      expect(await accessibilityViolations(page)).toEqual([]);
      expect(consoleErrors).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
      await close();
    },
  );

  test('opens the queue board for operators only', async () => {
    const withQueue = await startLocalServer();
    onTestFinished(() => withQueue.stop());
    const { page, consoleErrors, close } = await openPage(browser);
    await page.goto(`${withQueue.url}/operations/messages`);
    await signIn(page, withQueue.operatorToken);
    await page.getByRole('button', { name: 'Open queue board' }).click();
    await page.waitForURL(`${withQueue.url}/operations/queue/**`);
    await page.getByText('outbox').first().waitFor();
    // The content security policy blocks the external fonts of the board.
    expect(consoleErrors.filter((error) => !error.includes('fonts.googleapis.com'))).toEqual([]);
    await close();
    const stranger = await openPage(browser, { expectsErrorResponses: true });
    expect((await stranger.page.goto(`${withQueue.url}/operations/queue/`))?.status()).toBe(401);
    await stranger.close();
  });
});
