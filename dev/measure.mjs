/**
 * `npm run bench`, `npm run replay` and `npm run soak`: installs and builds what is missing, then runs the command of
 * that name in tools/bench/commands. Each has --help. Its servers stop when this process exits, even if it is killed.
 */
import { findOrFetchRedis } from './services/redis/redis-binary.mjs';
import { installAndBuild, installWhenNeeded } from './setup/prepare.mjs';
import { benchPath } from './setup/project.mjs';
import { reportError } from './setup/user-error.mjs';
import { watchParent } from './setup/watch-parent.mjs';

for (const [signal, code] of /** @type {const} */ ([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
]))
  process.on(signal, () => process.exit(code));
watchParent(() => process.exit(1));

try {
  const [name, ...args] = process.argv.slice(2);
  const command = new URL(`../${benchPath}/commands/${name}.mjs`, import.meta.url);
  // Checks the arguments before the slow steps. Returns undefined after it has printed the help.
  /** @type {{ read: (args: string[]) => (() => Promise<number>) | undefined }} */
  const { read } = await import(command.href);
  const work = read(args);
  if (work !== undefined) {
    await installAndBuild();
    await findOrFetchRedis(process.env);
    if (name === 'bench') await installWhenNeeded(benchPath);
    process.exitCode = await work();
  }
} catch (error) {
  process.exitCode = reportError(error);
}
// Exits explicitly, because Node 20 waits forever for pending I/O with a child process that was killed.
process.exit();
