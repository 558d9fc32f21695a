import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { describe, inject } from 'vitest';

/** Path of the browser, from chromium.ts; empty if there is none. */
const executablePath = inject('chromium');

/** Like describe, but skipped on machines without a browser. */
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
  /** Console errors, console warnings and uncaught errors. Omits failed requests with `expectsErrorResponses`. */
  consoleErrors: string[];
  /** URLs of all requests. */
  requests: string[];
  close(): Promise<void>;
}

/** Opens a page in a new browser context, without storage and history. */
export async function openPage(
  browser: Browser,
  {
    expectsErrorResponses = false,
    ...options
  }: BrowserContextOptions & { expectsErrorResponses?: boolean } = {},
): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: phone,
    locale: 'en-US',
    timezoneId: 'America/New_York',
    ...options,
  });
  const page = await context.newPage();
  // A step may take seconds on a busy machine.
  page.setDefaultTimeout(60_000);
  const consoleErrors: string[] = [];
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => consoleErrors.push(String(error)));
  page.on('console', (message) => {
    const isFailedRequest = message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !(isFailedRequest && expectsErrorResponses))
      consoleErrors.push(message.text());
  });
  return { page, consoleErrors, requests, close: () => context.close() };
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Violations of WCAG 2.2 A and AA and of best practices that axe finds, one line for each. */
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
