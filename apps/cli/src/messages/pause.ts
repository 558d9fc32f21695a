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

type ActorOptions = CommonOptions & { by?: string };

const targetHelp = 'all, or one kind of message, such as kind:reminder';
const byHelp = 'your name, shown to other operators (default: your user name on this machine)';

export const addMessagesPause: AddCommand = (parent, context) => {
  const command = parent
    .command('pause')
    .summary('pause message delivery')
    .description(
      'Pauses the delivery of all messages or of one kind. No message is lost: they wait in the database, even if ' +
        'Redis loses its data, and are sent after you resume. Messages that are already being sent are completed.',
    )
    .argument('[target]', targetHelp, 'all')
    .requiredOption('--reason <text>', 'reason for the pause, shown to other operators')
    .option('--by <name>', byHelp)
    .action((target: string, options: ActorOptions & { reason: string }) => pause(target, options, context));
  withExamples(withServer(command), [
    'bookedbarber messages pause --reason "the mail provider is down"',
    'bookedbarber messages pause kind:reminder --reason "wrong text" --by Ada',
  ]);
};

export const addMessagesResume: AddCommand = (parent, context) => {
  const command = parent
    .command('resume')
    .summary('resume message delivery')
    .description('Ends one pause and sends the messages that are due. Other pauses stay in effect.')
    .argument('[target]', targetHelp, 'all')
    .option('--by <name>', byHelp)
    .action((target: string, options: ActorOptions) => resume(target, options, context));
  withExamples(withServer(command), [
    'bookedbarber messages resume',
    'bookedbarber messages resume kind:reminder',
  ]);
};

async function pause(
  target: string,
  options: ActorOptions & { reason: string },
  context: CommandContext,
): Promise<void> {
  const api = openApi(options, context, progressOn(context.stderr));
  const body: PauseMessages = { target, reason: options.reason, by: actorName(options) };
  const result = await api.post<MessagePauseResult>('/messages/pause', body);
  if (options.json === true) {
    printJson(context, result);
    return;
  }
  const { already_paused: already, in_progress: inProgress, effective_immediately: isImmediate } = result;
  printLines(context, [
    `${already ? 'Already paused: ' : 'Paused: '}${pauseLine(result.pause)}`,
    ...(inProgress > 0
      ? [`${counted(inProgress, 'message')} already being sent; delivery of these completes.`]
      : []),
    ...(isImmediate
      ? []
      : ['Another transaction holds locks on messages: claims that wait for these locks may still succeed.']),
    `To resume: bookedbarber messages resume ${target}`,
  ]);
}

async function resume(target: string, options: ActorOptions, context: CommandContext): Promise<void> {
  const api = openApi(options, context, progressOn(context.stderr));
  const body: ResumeMessages = { target, by: actorName(options) };
  const result = await api.post<MessageResumeResult>('/messages/resume', body);
  if (options.json === true) {
    printJson(context, result);
    return;
  }
  const { resumed, still_paused: stillPaused } = result;
  printLines(context, [
    resumed === null ? `${target} was not paused.` : `Resumed: due messages are sent (${target}).`,
    ...stillPaused.map((other) => `Still paused: ${pauseLine(other)}`),
  ]);
}

function actorName({ by }: ActorOptions): string {
  if (by !== undefined) return by;
  try {
    return userInfo().username;
  } catch {
    // The operating system may have no name for the user id, as in some containers.
    return 'unknown user at the command line';
  }
}
