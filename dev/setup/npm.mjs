import { basename } from 'node:path';
import { runCommand, tailOf } from './command.mjs';
import { projectFolder } from './project.mjs';
import { UserError } from './user-error.mjs';

/**
 * Runs npm in the project folder: the npm that started this process, otherwise the one on PATH.
 *
 * @param {readonly string[]} args
 * @param {string} [fix] what the user can do when it fails
 * @returns {Promise<string>} its output
 */
export async function npm(args, fix = 'Check the network and the registry (`npm ping`), then try again.') {
  const running = process.env['npm_execpath'];
  const isNpm = running !== undefined && basename(running) === 'npm-cli.js';
  const [file, ...before] = isNpm ? [process.execPath, running] : ['npm'];
  // With NODE_ENV=production, npm would omit the packages that the build and the tests need.
  const { NODE_ENV: _, ...env } = process.env;
  const options = { cwd: projectFolder, env, timeoutMs: 15 * 60_000 };
  const { code, output, timedOut } = await runCommand(
    file,
    [...before, '--loglevel=error', ...args],
    options,
  );
  if (code === 0) return output;
  const how = timedOut ? 'did not finish within 15 minutes' : 'failed';
  throw new UserError(`\`npm ${args.join(' ')}\` ${how}:\n${tailOf(output, 60)}`, fix);
}
