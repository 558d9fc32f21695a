import { accessSync, constants, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { describe } from 'vitest';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** Chromium or Chrome of this machine: CHROMIUM_BIN, else the first of the usual names on PATH, else null. */
function findChromium(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const chosen = process.env['CHROMIUM_BIN'];
  return (chosen ? [chosen] : onPath).find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const executablePath = findChromium();
if (executablePath === null) {
  process.stderr.write(
    'The browser tests are skipped: no Chromium or Chrome was found. Install one (apt-get install chromium, ' +
      'brew install --cask chromium) or set CHROMIUM_BIN to its program file.\n',
  );
}

/** A describe that is skipped on machines without a browser. */
export const describeInBrowser = describe.skipIf(executablePath === null);

export function launchBrowser(...moreArgs: string[]): Promise<Browser> {
  if (executablePath === null) throw new Error('No Chromium or Chrome was found');
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
  page.setDefaultTimeout(15_000);
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
