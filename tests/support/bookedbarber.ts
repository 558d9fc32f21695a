import { readEnvironment } from '../../apps/cli/src/environment.ts';
import { run } from '../../apps/cli/src/program.ts';
import { type CommandContext, processContext } from '../../apps/cli/src/shared/io.ts';
import type { TestServer } from './server.ts';

export type CommandResult = { code: number; stdout: string; stderr: string };

/** Runs the command in this process with an empty environment, and returns its exit code and output. */
export async function runCommand(
  args: readonly string[],
  changes: Partial<CommandContext> = {},
  terminal: { isTTY?: boolean; columns?: number } = {},
): Promise<CommandResult> {
  let stdout = '';
  let stderr = '';
  const code = await run(args, {
    ...processContext(),
    environment: readEnvironment({}),
    stdout: { write: (text) => (stdout += text), ...terminal },
    stderr: { write: (text) => (stderr += text), ...terminal },
    ...changes,
  });
  return { code, stdout, stderr };
}

/** Runs the command against a server as its operator. */
export function bookedbarber(
  server: Pick<TestServer, 'url' | 'operatorToken'>,
  args: readonly string[],
  changes: Partial<CommandContext> = {},
): Promise<CommandResult> {
  const environment = readEnvironment({
    BOOKEDBARBER_URL: server.url,
    BOOKEDBARBER_OPERATOR_TOKEN: server.operatorToken,
  });
  return runCommand(args, { environment, ...changes });
}
