import { join } from 'node:path';
import { runCommand, tailOf } from '../setup/command.mjs';
import { projectFolder } from '../setup/project.mjs';
import { step } from '../setup/step.mjs';

/**
 * Creates the demo shop where there is no shop yet, or completes one that was interrupted. The server works without it,
 * so a failure is only reported.
 *
 * @param {string} url
 * @param {string} operatorToken
 */
export async function openDemoShop(url, operatorToken) {
  const response = await fetch(`${url}/api/v1/shops`, { signal: AbortSignal.timeout(10_000) });
  const { shops } = /** @type {{ shops: { slug: string }[] }} */ (await response.json());
  if (shops.length > 0 && !shops.some((shop) => shop.slug === 'lantern-street')) return;
  const command = [join(projectFolder, 'apps/cli/bin/bookedbarber.mjs'), 'demo', '--url', url];
  const env = { ...process.env, BOOKEDBARBER_OPERATOR_TOKEN: operatorToken };
  const { code, output } = await step('Creating the demo shop', () =>
    runCommand(process.execPath, command, { env, timeoutMs: 120_000 }),
  );
  if (code === 0) return;
  process.stdout.write(`It failed; everything else works. Try: npx bookedbarber demo\n${tailOf(output)}\n`);
}
