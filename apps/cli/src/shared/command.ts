import type { Command } from 'commander';
import type { CommandContext } from './io.ts';

/** Adds a verb to the command. Its action throws Failure or UsageError for what it cannot do. */
export type AddCommand = (parent: Command, context: CommandContext) => void;

export type CommonOptions = { url?: string; tokenFile?: string; json?: boolean };

/** The options of every verb that talks to a server, and the help below them. */
export function withServer(command: Command): Command {
  return command
    .option(
      '--url <address>',
      'address of the server (BOOKEDBARBER_URL; else the one running on this machine)',
    )
    .option('--token-file <file>', 'file with the operator token (BOOKEDBARBER_OPERATOR_TOKEN comes first)')
    .option('--json', 'print one JSON document instead of text');
}

/** Examples of a verb, below its options, and what its exit code means. */
export function withExamples(command: Command, examples: readonly string[]): Command {
  const lines = examples.map((example) => `  ${example}`).join('\n');
  return command.addHelpText('after', `\nExamples:\n${lines}\n\n${exitCodesHelp}`);
}

export const exitCodesHelp = 'Exit codes: 0 done, 1 failed, 2 called in a way it does not understand.';

export function printJson(context: CommandContext, value: unknown): void {
  context.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function printLines(context: CommandContext, lines: readonly string[]): void {
  context.stdout.write(`${lines.join('\n')}\n`);
}
