import type { MessageList, MessageRetry, MessageRetryResult } from '@bookedbarber/contract';
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
import { UsageError } from '../shared/user-error.ts';

type Options = CommonOptions & { allDead?: boolean };

/** Messages of one request. */
const most = 200;

export const addMessagesRetry: AddCommand = (parent, context) => {
  const command = parent
    .command('retry')
    .summary('send messages again that were given up, refused or are unknown')
    .description(
      'Has messages sent again as if for the first time. What is no longer true, because the booking has changed, is left.',
    )
    .argument('[ids...]', 'their ids, as `messages list` shows them')
    .option('--all-dead', `the given-up ones, at most ${most} at a time`)
    .action((ids: string[], options: Options) => retry(ids, options, context));
  withExamples(withServer(command), [
    'bookedbarber messages retry 2b0f6a9e-6f0c-4a83-9d2c-3f1f5c9f0a11',
    'bookedbarber messages retry --all-dead',
  ]);
};

async function retry(given: readonly string[], options: Options, context: CommandContext): Promise<void> {
  if (given.length > 0 === (options.allDead === true))
    throw new UsageError('Name messages, or say --all-dead.');
  if (given.length > most) throw new UsageError(`Name at most ${most} messages at a time.`);
  const api = openApi(options, context, progressOn(context.stderr));
  const ids = given.length > 0 ? [...new Set(given)] : await deadOnes();
  const body: MessageRetry = { ids };
  const answer: MessageRetryResult =
    ids.length === 0
      ? { retried: [], not_retried: [] }
      : await api.post<MessageRetryResult>('/messages/retry', body);
  if (options.json === true) {
    printJson(context, answer);
    return;
  }
  const { retried, not_retried: left } = answer;
  printLines(context, [
    `${counted(retried.length, 'message')} will be sent again.`,
    ...(left.length === 0
      ? []
      : [`${counted(left.length, 'message')} left: not given up, or no longer true.`, ...left]),
  ]);

  async function deadOnes(): Promise<string[]> {
    const { messages } = await api.get<MessageList>(`/messages?state=dead&limit=${most}`);
    return messages.filter((message) => message.can_retry).map(({ id }) => id);
  }
}
