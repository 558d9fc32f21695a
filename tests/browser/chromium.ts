import type { TestProject } from 'vitest/node';
import { provideChromium, skippedMessage } from '../../dev/browser/chromium.mjs';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Path of a Chromium or Chrome executable. Empty if there is none; browser tests are then skipped. */
    chromium: string;
  }
}

/**
 * Finds or downloads a browser. Vitest calls this only for runs with browser tests. It calls the returned function
 * after its summary, so that the message about skipped tests is last.
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
