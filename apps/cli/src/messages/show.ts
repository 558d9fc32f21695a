import type { MessageStats } from '@bookedbarber/contract';
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
import { paintFor } from '../shared/terminal/paint.ts';
import { progressOn } from '../shared/terminal/progress.ts';
import { sendingLines } from './sending-lines.ts';

export const addMessagesShow: AddCommand = (parent, context) => {
  const command = parent
    .command('show')
    .summary('show message delivery')
    .description(
      'Shows the number of messages in each state, their lateness, the delivery of each kind, and the pauses.',
    )
    .action((options: CommonOptions) => show(options, context));
  withExamples(withServer(command), [
    'bookedbarber messages show',
    'bookedbarber messages show --json | jq .states.dead',
  ]);
};

async function show(options: CommonOptions, context: CommandContext): Promise<void> {
  const api = openApi(options, context, progressOn(context.stderr));
  const stats = await api.get<MessageStats>('/messages/stats');
  if (options.json === true) printJson(context, stats);
  else printLines(context, sendingLines(stats, paintFor(context.stdout, context.environment)));
}
