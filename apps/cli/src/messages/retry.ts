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

/** Maximum number of messages in one request. */
const maxMessages = 200;

export const addMessagesRetry: AddCommand = (parent, context) => {
  const command = parent
    .command('retry')
    .summary('retry dead, failed and unknown messages')
    .description(
      'Retries messages with their attempts reset. Messages that no longer match their booking are skipped.',
    )
    .argument('[ids...]', 'message ids, from `messages list`')
    .option('--all-dead', `all dead messages, at most ${maxMessages} per call`)
    .action((ids: string[], options: Options) => retry(ids, options, context));
  withExamples(withServer(command), [
    'bookedbarber messages retry 2b0f6a9e-6f0c-4a83-9d2c-3f1f5c9f0a11',
    'bookedbarber messages retry --all-dead',
  ]);
};

async function retry(given: readonly string[], options: Options, context: CommandContext): Promise<void> {
  if (given.length > 0 === (options.allDead === true))
    throw new UsageError('Give message ids, or --all-dead.');
  if (given.length > maxMessages) throw new UsageError(`Give at most ${maxMessages} message ids.`);
  const api = openApi(options, context, progressOn(context.stderr));
  const ids = given.length > 0 ? [...new Set(given)] : await deadMessageIds();
  const body: MessageRetry = { ids };
  const result: MessageRetryResult =
    ids.length === 0
      ? { retried: [], not_retried: [] }
      : await api.post<MessageRetryResult>('/messages/retry', body);
  if (options.json === true) {
    printJson(context, result);
    return;
  }
  const { retried, not_retried: skipped } = result;
  printLines(context, [
    `${counted(retried.length, 'message')} will be retried.`,
    ...(skipped.length === 0
      ? []
      : [`${counted(skipped.length, 'message')} skipped: not retryable, or out of date.`, ...skipped]),
  ]);

  async function deadMessageIds(): Promise<string[]> {
    const { messages } = await api.get<MessageList>(`/messages?state=dead&limit=${maxMessages}`);
    return messages.filter((message) => message.can_retry).map(({ id }) => id);
  }
}
