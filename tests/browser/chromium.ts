import type { TestProject } from 'vitest/node';
import { provideChromium, skippedMessage } from '../../dev/browser/chromium.mjs';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The program file of a Chromium or Chrome. Empty: there is none, and the browser tests are skipped. */
    chromium: string;
  }
}

/**
 * Finds or fetches a browser. Vitest calls this only for runs with browser tests, and calls the result after its own
 * summary, so the message about skipped tests ends the run.
 */
export default async function setup(project: TestProject): Promise<(() => void) | undefined> {
  const { env } = process;
  const found = await provideChromium({ env });
  project.provide('chromium', 'file' in found ? found.file : '');
  if ('file' in found) return undefined;
  return () => {
    const modules = project.vitest.state.getTestModules().filter((module) => module.project === project);
    const tests = modules.reduce((sum, { children }) => sum + [...children.allTests('skipped')].length, 0);
    process.stdout.write(`\n${skippedMessage({ tests, reason: found.reason, env })}`);
  };
}
