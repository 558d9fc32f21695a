import type { MessageList, MessageRetry, MessagesRetried } from '@bookedbarber/contract';
import { openApi } from '../shared/api/open-api.ts';
import {
  type AddVerb,
  type CommonOptions,
  printJson,
  printLines,
  withExamples,
  withServer,
} from '../shared/command.ts';
import type { Surroundings } from '../shared/io.ts';
import { progressOn } from '../shared/terminal/progress.ts';
import { counted } from '../shared/terminal/words.ts';
import { WrongUsage } from '../shared/user-error.ts';

type Options = CommonOptions & { allDead?: boolean };

/** Messages of one request. */
const most = 200;

export const addMessagesRetry: AddVerb = (parent, surroundings) => {
  const command = parent
    .command('retry')
    .summary('send messages again that were given up, refused or are unknown')
    .description(
      'Has messages sent again as if for the first time. What is no longer true, because the booking has changed, is left.',
    )
    .argument('[ids...]', 'their ids, as `messages list` shows them')
    .option('--all-dead', `the given-up ones, at most ${most} at a time`)
    .action((ids: string[], options: Options) => retry(ids, options, surroundings));
  withExamples(withServer(command), [
    'bookedbarber messages retry 2b0f6a9e-6f0c-4a83-9d2c-3f1f5c9f0a11',
    'bookedbarber messages retry --all-dead',
  ]);
};

async function retry(given: readonly string[], options: Options, surroundings: Surroundings): Promise<void> {
  if (given.length > 0 === (options.allDead === true))
    throw new WrongUsage('Name messages, or say --all-dead.');
  if (given.length > most) throw new WrongUsage(`Name at most ${most} messages at a time.`);
  const api = openApi(options, surroundings, progressOn(surroundings.stderr));
  const ids = given.length > 0 ? [...new Set(given)] : await deadOnes();
  const body: MessageRetry = { ids };
  const answer: MessagesRetried =
    ids.length === 0 ? { retried: [], left: [] } : await api.post<MessagesRetried>('/messages/retry', body);
  if (options.json === true) {
    printJson(surroundings, answer);
    return;
  }
  const { retried, left } = answer;
  printLines(surroundings, [
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
