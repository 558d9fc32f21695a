import { Command, CommanderError } from 'commander';
import { addAdvise } from './advise/command.ts';
import { addDemo } from './demo/command.ts';
import { addDoctor } from './doctor/command.ts';
import { addEnv } from './env/command.ts';
import { addImportSalon } from './import/command.ts';
import { addMessagesList } from './messages/list.ts';
import { addMessagesPause, addMessagesResume } from './messages/pause.ts';
import { addMessagesRetry } from './messages/retry.ts';
import { addMessagesShow } from './messages/show.ts';
import { addPlan } from './plan/command.ts';
import { addProvision } from './provision/command.ts';
import { addRestore } from './restore/command.ts';
import { addRotate } from './rotate/command.ts';
import { addScale } from './scale/command.ts';
import { exitCodesHelp, withExamples } from './shared/command.ts';
import type { CommandContext } from './shared/io.ts';
import { paintFor } from './shared/terminal/paint.ts';
import { exitCodes, Failure } from './shared/user-error.ts';
import { addShopCreate } from './shop/create.ts';
import { addShopList } from './shop/list.ts';
import { addShopShow } from './shop/show.ts';
import { addStatus } from './status/command.ts';
import { addTune } from './tune/command.ts';
import { addVerify } from './verify/command.ts';

const version = '0.1.0';

/** Runs the command with the arguments after its name and returns the exit code. Never throws for a Failure. */
export async function run(args: readonly string[], context: CommandContext): Promise<number> {
  try {
    await createProgram(context).parseAsync([...args], { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usageError;
    if (!(error instanceof Failure)) throw error;
    context.stderr.write(args.includes('--json') ? failureJson(error) : failureText(error, context));
    return error.exitCode;
  }
}

function createProgram(context: CommandContext): Command {
  const program = new Command('bookedbarber')
    .description('Manages a BookedBarber server: its shops through the HTTP API, and its deployment to AWS.')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(withoutValues(text)),
      getOutHelpWidth: () => helpWidth(context.stdout.columns),
      getErrHelpWidth: () => helpWidth(context.stderr.columns),
    })
    .showHelpAfterError('Run the command with --help to see its options.')
    .addHelpText('after', serverHelp);
  addShop(program, context);
  addImport(program, context);
  addDemo(program, context);
  addPlan(program, context);
  addProvision(program, context);
  addScale(program, context);
  addRotate(program, context);
  addRestore(program, context);
  addEnv(program, context);
  addDoctor(program, context);
  addVerify(program, context);
  addStatus(program, context);
  addMessages(program, context);
  addAdvise(program, context);
  addTune(program, context);
  return program;
}

function addShop(program: Command, context: CommandContext): void {
  const group = program
    .command('shop')
    .summary('create shops and show them')
    .description('Creates shops and shows them.');
  for (const add of [addShopCreate, addShopList, addShopShow]) add(group, context);
  withExamples(group, ['bookedbarber shop create --help', 'bookedbarber shop list']);
}

function addImport(program: Command, context: CommandContext): void {
  const group = program
    .command('import')
    .summary('import the data of another booking system')
    .description('Imports the data of another booking system into a shop.');
  addImportSalon(group, context);
  withExamples(group, ['bookedbarber import salon --help']);
}

function addMessages(program: Command, context: CommandContext): void {
  const group = program
    .command('messages')
    .summary('show, pause and retry messages to clients')
    .description(
      'Shows the delivery of messages to clients, pauses and resumes it, and retries dead-lettered messages.',
    );
  for (const add of [addMessagesShow, addMessagesList, addMessagesRetry, addMessagesPause, addMessagesResume])
    add(group, context);
  withExamples(group, ['bookedbarber messages show', 'bookedbarber messages pause --help']);
}

const serverHelp = `
Server:
  --url or BOOKEDBARBER_URL; otherwise the server running on this machine, found through its data folder:
  BOOKEDBARBER_DATA, or the nearest .data in this folder and its parents.
Operator token:
  BOOKEDBARBER_OPERATOR_TOKEN; otherwise --token-file; otherwise the token in the data folder of a local server.

Getting started:
  bookedbarber demo                             create a demo shop with data
  bookedbarber shop create --from shop.json     create your own shop
  bookedbarber import salon DIR --dry-run       check an export of another system before importing it
  bookedbarber status                           watch the server live

Production:
  bookedbarber plan --barbers 8                 choose an ElastiCache configuration and see its cost
  bookedbarber env --redis HOST:6379            write the settings to .env.production
  bookedbarber doctor                           check the Redis in those settings, from DNS to a round trip
  bookedbarber verify https://YOUR.SITE         check the deployed site from outside

${exitCodesHelp} NO_COLOR turns colors off.`;

/** Removes the value from the error for an unknown option: it may be a password. */
function withoutValues(text: string): string {
  return text.replace(/(unknown option '--[\w-]+)=[^\n]*'/, "$1'");
}

function helpWidth(columns: number | undefined): number {
  return Math.min(columns ?? 100, 100);
}

function failureText(failure: Failure, context: CommandContext): string {
  const paint = paintFor(context.stderr, context.environment);
  const lines = [
    `${paint.bad('error:')} ${failure.message}`,
    ...failure.details.map((detail) => `  ${detail}`),
    ...(failure.remediation === undefined ? [] : [failure.remediation]),
  ];
  return `${lines.join('\n')}\n`;
}

function failureJson({ code, message, remediation, details }: Failure): string {
  return `${JSON.stringify({ error: { code, message, details, remediation: remediation ?? null } })}\n`;
}
