import type { MessageStats } from '@bookedbarber/contract';
import { openApi } from '../connection/open-api.ts';
import { sendingLines } from '../messages/sending-lines.ts';
import type { Surroundings } from '../surroundings.ts';
import { paintFor } from '../terminal/paint.ts';
import { progressOn } from '../terminal/progress.ts';
import { type AddVerb, type CommonOptions, printJson, printLines, withExamples, withServer } from './verb.ts';

export const addMessagesShow: AddVerb = (parent, surroundings) => {
  const command = parent
    .command('show')
    .summary('show how messages go out')
    .description(
      'Shows how many messages stand where, how late they are, how each kind goes out, and what is paused.',
    )
    .action((options: CommonOptions) => show(options, surroundings));
  withExamples(withServer(command), [
    'bookedbarber messages show',
    'bookedbarber messages show --json | jq .states.dead',
  ]);
};

async function show(options: CommonOptions, surroundings: Surroundings): Promise<void> {
  const api = openApi(options, surroundings, progressOn(surroundings.stderr));
  const stats = await api.get<MessageStats>('/messages/stats');
  if (options.json === true) printJson(surroundings, stats);
  else printLines(surroundings, sendingLines(stats, paintFor(surroundings.stdout, surroundings.environment)));
}
