import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { describe, inject } from 'vitest';

/** See chromium.ts: it finds or fetches the browser, and reports when there is none. */
const executablePath = inject('chromium');

/** A describe that is skipped on machines without a browser. */
export const describeInBrowser = describe.skipIf(executablePath === '');

export function launchBrowser(...moreArgs: string[]): Promise<Browser> {
  if (executablePath === '') throw new Error('No Chromium or Chrome was found');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...moreArgs,
    ],
  });
}

export const phone = { width: 390, height: 844 };
export const desktop = { width: 1280, height: 800 };

export interface OpenPage {
  page: Page;
  /** Errors and warnings of the console and uncaught errors. Refused requests count only where none is expected. */
  faults: string[];
  /** Addresses of all requests, as they went to the server. */
  requests: string[];
  close(): Promise<void>;
}

/** A fresh visitor: no storage, no history. */
export async function openPage(
  browser: Browser,
  { expectsRefusals = false, ...options }: BrowserContextOptions & { expectsRefusals?: boolean } = {},
): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: phone,
    locale: 'en-US',
    timezoneId: 'America/New_York',
    ...options,
  });
  const page = await context.newPage();
  // A busy machine may take seconds for a step.
  page.setDefaultTimeout(60_000);
  const faults: string[] = [];
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    const refused = message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !(refused && expectsRefusals))
      faults.push(message.text());
  });
  return { page, faults, requests, close: () => context.close() };
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds against WCAG 2.2 A and AA and its best practices, one line for each violation. */
export async function accessibilityViolations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const results = await page.evaluate(async (): Promise<AxeResults> => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
    const values = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    return axe.run(document, { runOnly: { type: 'tag', values } });
  });
  return results.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
  );
}
