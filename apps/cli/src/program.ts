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
    .description(
      'Runs a BookedBarber server from the command line: its shops through its HTTP API, and its way into production.',
    )
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(withoutValues(text)),
      getOutHelpWidth: () => helpWidth(context.stdout.columns),
      getErrHelpWidth: () => helpWidth(context.stderr.columns),
    })
    .showHelpAfterError('Add --help to see how the command is used.')
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
    .summary('make shops and look at them')
    .description('Makes shops and shows them.');
  for (const add of [addShopCreate, addShopList, addShopShow]) add(group, context);
  withExamples(group, ['bookedbarber shop create --help', 'bookedbarber shop list']);
}

function addImport(program: Command, context: CommandContext): void {
  const group = program
    .command('import')
    .summary('bring the book of another system into a shop')
    .description('Brings the book of another system into a shop.');
  addImportSalon(group, context);
  withExamples(group, ['bookedbarber import salon --help']);
}

function addMessages(program: Command, context: CommandContext): void {
  const group = program
    .command('messages')
    .summary('see how messages go out, pause them, send given-up ones again')
    .description(
      'Shows how messages to clients go out, pauses and resumes them, and sends given-up ones again.',
    );
  for (const add of [addMessagesShow, addMessagesList, addMessagesRetry, addMessagesPause, addMessagesResume])
    add(group, context);
  withExamples(group, ['bookedbarber messages show', 'bookedbarber messages pause --help']);
}

const serverHelp = `
Which server:
  --url or BOOKEDBARBER_URL, else the server that runs on this machine: its address and its token stand in the
  data folder, which is BOOKEDBARBER_DATA or the nearest .data from here upwards.
Who you are:
  BOOKEDBARBER_OPERATOR_TOKEN, else --token-file, else the token in the data folder of a server on this machine.

Begin with:
  bookedbarber demo                             a shop to look around in
  bookedbarber shop create --from shop.json     a shop of your own
  bookedbarber import salon DIR --dry-run       what a book holds, before it is brought in
  bookedbarber status                           what the server does, live

Into production:
  bookedbarber plan --barbers 8                 which ElastiCache a business needs, and what it costs
  bookedbarber env --redis HOST:6379            the settings, in .env.production
  bookedbarber doctor                           whether Redis is what they say, from its name to a round trip
  bookedbarber verify https://YOUR.SITE         whether the deployment is as it should be, from outside

${exitCodesHelp} NO_COLOR turns colors off.`;

/** An unknown option is repeated to whoever typed it, but not its value: it may be a password. */
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
