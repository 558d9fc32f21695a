import type { Command } from 'commander';
import type { CommandContext } from './io.ts';

/** Adds a subcommand. Its action throws Failure or UsageError. */
export type AddCommand = (parent: Command, context: CommandContext) => void;

export type CommonOptions = { url?: string; tokenFile?: string; json?: boolean };

/** Adds the options of every command that calls a server. */
export function withServer(command: Command): Command {
  return command
    .option('--url <url>', 'URL of the server (default: BOOKEDBARBER_URL, or the server on this machine)')
    .option(
      '--token-file <file>',
      'file with the operator token (BOOKEDBARBER_OPERATOR_TOKEN takes precedence)',
    )
    .option('--json', 'print one JSON document instead of text');
}

/** Adds examples and the exit codes below the options. */
export function withExamples(command: Command, examples: readonly string[]): Command {
  const lines = examples.map((example) => `  ${example}`).join('\n');
  return command.addHelpText('after', `\nExamples:\n${lines}\n\n${exitCodesHelp}`);
}

export const exitCodesHelp = 'Exit codes: 0 success, 1 failure, 2 usage error.';

export function printJson(context: CommandContext, value: unknown): void {
  context.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function printLines(context: CommandContext, lines: readonly string[]): void {
  context.stdout.write(`${lines.join('\n')}\n`);
}
