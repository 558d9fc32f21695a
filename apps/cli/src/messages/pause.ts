import { userInfo } from 'node:os';
import type {
  MessagePauseResult,
  MessageResumeResult,
  PauseMessages,
  ResumeMessages,
} from '@bookedbarber/contract';
import { openApi } from '../shared/api/open-api.ts';
import {
  type AddCommand,
  type CommonOptions,
  printJson,
  printLines,
  withExamples,
  withServer,
} from '../shared/command.ts';
import type { CommandContext } from '../shared/io.ts';
import { progressOn } from '../shared/terminal/progress.ts';
import { counted } from '../shared/terminal/words.ts';
import { pauseLine } from './sending-lines.ts';

type ByWhom = CommonOptions & { by?: string };

const whatHelp = 'all, or a kind such as kind:reminder';
const byHelp = 'who you are, for the others to see (default: your name on this machine)';

export const addMessagesPause: AddCommand = (parent, context) => {
  const command = parent
    .command('pause')
    .summary('pause the sending of messages')
    .description(
      'Pauses the sending of all messages, or of a kind. Nothing is lost: they wait in the database, whatever ' +
        'becomes of Redis, and go out when you resume. What is being sent at this moment is finished.',
    )
    .argument('[what]', whatHelp, 'all')
    .requiredOption('--reason <text>', 'why, for the others to see')
    .option('--by <name>', byHelp)
    .action((what: string, options: ByWhom & { reason: string }) => pause(what, options, context));
  withExamples(withServer(command), [
    'bookedbarber messages pause --reason "the mail provider has trouble"',
    'bookedbarber messages pause kind:reminder --reason "wrong words in them" --by Ada',
  ]);
};

export const addMessagesResume: AddCommand = (parent, context) => {
  const command = parent
    .command('resume')
    .summary('go on sending')
    .description('Ends a pause: what is due goes out. A pause of something else goes on.')
    .argument('[what]', whatHelp, 'all')
    .option('--by <name>', byHelp)
    .action((what: string, options: ByWhom) => resume(what, options, context));
  withExamples(withServer(command), [
    'bookedbarber messages resume',
    'bookedbarber messages resume kind:reminder',
  ]);
};

async function pause(
  what: string,
  options: ByWhom & { reason: string },
  context: CommandContext,
): Promise<void> {
  const api = openApi(options, context, progressOn(context.stderr));
  const body: PauseMessages = { target: what, reason: options.reason, by: whoIs(options) };
  const answer = await api.post<MessagePauseResult>('/messages/pause', body);
  if (options.json === true) {
    printJson(context, answer);
    return;
  }
  const { already_paused: already, in_progress: inProgress, effective_immediately: atOnce } = answer;
  printLines(context, [
    `${already ? 'It was paused already: ' : 'Paused: '}${pauseLine(answer.pause)}`,
    ...(inProgress > 0
      ? [`${counted(inProgress, 'message')} in the middle of being sent; these are finished.`]
      : []),
    ...(atOnce
      ? []
      : ['Somebody holds messages in the database: claims that wait for that may still take place.']),
    `Go on with: bookedbarber messages resume ${what}`,
  ]);
}

async function resume(what: string, options: ByWhom, context: CommandContext): Promise<void> {
  const api = openApi(options, context, progressOn(context.stderr));
  const body: ResumeMessages = { target: what, by: whoIs(options) };
  const answer = await api.post<MessageResumeResult>('/messages/resume', body);
  if (options.json === true) {
    printJson(context, answer);
    return;
  }
  const { resumed, still_paused: still } = answer;
  printLines(context, [
    resumed === null ? `${what} was not paused.` : `Resumed: what is due goes out (${what}).`,
    ...still.map((other) => `Still paused: ${pauseLine(other)}`),
  ]);
}

function whoIs({ by }: ByWhom): string {
  if (by !== undefined) return by;
  try {
    return userInfo().username;
  } catch {
    // A machine may have no name for who runs it.
    return 'somebody at the command line';
  }
}
