import { join } from 'node:path';
import { runCommand, tailOf } from '../setup/command.mjs';
import { projectFolder } from '../setup/project.mjs';
import { step } from '../setup/steps.mjs';

/**
 * Opens a demo shop in an instance that has no shop yet. An instance without one works too, so a failure is told
 * and nothing else.
 *
 * @param {{ url: string, operatorToken: string }} instance
 */
export async function openDemoShop({ url, operatorToken }) {
  try {
    if (!(await demoEnabled(url))) return;
    await step('Opening the demo shop', async () => {
      const cli = join(projectFolder, 'apps/cli/bin/bookedbarber.mjs');
      const { code, output, timedOut } = await runCommand(process.execPath, [cli, 'demo', '--url', url], {
        cwd: projectFolder,
        env: { ...process.env, BOOKEDBARBER_OPERATOR_TOKEN: operatorToken },
        timeoutMs: 120_000,
      });
      if (code !== 0)
        throw new Error(`${timedOut ? 'it took longer than 2 minutes' : ''}\n${tailOf(output)}`);
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim() : String(error);
    process.stdout.write(
      `The demo shop could not be opened; everything else works. Try it again with the command\n` +
        `  npx bookedbarber demo --url ${url}\nThe reason:\n${reason}\n`,
    );
  }
}

/**
 * With no shop at all, or with the demo shop: the command finishes one that was interrupted and leaves a finished one.
 *
 * @param {string} url
 */
async function demoEnabled(url) {
  const response = await fetch(`${url}/api/v1/shops`, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`GET /api/v1/shops answered ${response.status}`);
  const { shops } = /** @type {{ shops: { slug: string }[] }} */ (await response.json());
  return shops.length === 0 || shops.some((shop) => shop.slug === 'lantern-street');
}
