import type { MessageList, MessageState } from '@bookedbarber/contract';
import { Option } from 'commander';
import { integerFrom } from '../plan/plan-options.ts';
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
import { table } from '../shared/terminal/table.ts';

type Options = CommonOptions & { state: MessageState; shop?: string; limit: number };

const states: readonly MessageState[] = [
  'dead',
  'failed',
  'unknown',
  'pending',
  'enqueued',
  'sending',
  'sent',
  'cancelled',
];

export const addMessagesList: AddCommand = (parent, context) => {
  const command = parent
    .command('list')
    .summary('list messages in one state, with their errors')
    .description(
      'Lists messages in one state, latest due time first. Without --state it lists dead messages.',
    )
    .addOption(new Option('--state <state>', 'state of the messages').choices(states).default('dead'))
    .option('--shop <slug>', 'only messages of this shop')
    .option('--limit <n>', 'maximum number of messages, 1 to 200', integerFrom(1, 200), 50)
    .action((options: Options) => list(options, context));
  withExamples(withServer(command), [
    'bookedbarber messages list',
    'bookedbarber messages list --state unknown --shop fades --json',
  ]);
};

async function list(options: Options, context: CommandContext): Promise<void> {
  const { state, shop, limit } = options;
  const api = openApi(options, context, progressOn(context.stderr));
  const query = new URLSearchParams({ state, limit: String(limit), ...(shop === undefined ? {} : { shop }) });
  const result = await api.get<MessageList>(`/messages?${query}`);
  if (options.json === true) {
    printJson(context, result);
  } else if (result.messages.length === 0) {
    printLines(context, [`No message is ${state}.`]);
  } else {
    const columns = ['id', 'shop', 'kind', 'due', 'tries', 'error'].map((title) => ({ title }));
    const rows = result.messages.map((message) => [
      message.id,
      message.shop,
      message.kind,
      message.due_at,
      String(message.attempts),
      message.last_error ?? '-',
    ]);
    printLines(context, table(columns, rows, ''));
  }
}
