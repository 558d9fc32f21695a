import { run } from './program.ts';
import { processContext } from './shared/io.ts';
import { exitCodes } from './shared/user-error.ts';

// A reader such as `| head` may close the pipe early. That is not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.ok);
  throw error;
});

try {
  process.exitCode = await run(process.argv.slice(2), processContext());
} catch (error) {
  process.stderr.write(`This is a bug in bookedbarber. Please report it:\n${describe(error)}\n`);
  process.exitCode = exitCodes.failed;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
