import { basename } from 'node:path';
import { excerptOf, runCommand } from './command.mjs';
import { projectFolder } from './project.mjs';
import { UserError } from './trouble.mjs';

/**
 * Runs the npm that runs us, else the one on PATH.
 *
 * @param {readonly string[]} args
 * @param {{ timeoutMs: number, remediation: string }} options
 */
export async function npm(args, { timeoutMs, remediation }) {
  const running = process.env['npm_execpath'];
  const isNpm = running !== undefined && basename(running) === 'npm-cli.js';
  const [file, ...before] = isNpm ? [process.execPath, running] : ['npm'];
  // NODE_ENV=production would leave out what the build and the tests need.
  const { NODE_ENV: _, ...env } = process.env;
  const all = [...before, '--loglevel=error', ...args];
  const { code, output, timedOut } = await runCommand(file, all, { cwd: projectFolder, env, timeoutMs });
  if (code === 0) return;
  const how = timedOut ? `did not end in ${timeoutMs / 60_000} minutes` : 'failed';
  throw new UserError(`\`npm ${args.join(' ')}\` ${how}:\n${excerptOf(output)}`, remediation);
}
