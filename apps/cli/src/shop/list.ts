import type { ShopList } from '@bookedbarber/contract';
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

export const addShopList: AddCommand = (parent, context) => {
  const command = parent
    .command('list')
    .summary('list the shops on a server')
    .description('Lists the shops on a server, sorted by name.')
    .action((options: CommonOptions) => listShops(options, context));
  withExamples(withServer(command), ['bookedbarber shop list', 'bookedbarber shop list --json']);
};

async function listShops(options: CommonOptions, context: CommandContext): Promise<void> {
  const api = openApi(options, context, progressOn(context.stderr));
  const list = await api.get<ShopList>('/shops');
  if (options.json === true) {
    printJson(context, list);
  } else if (list.shops.length === 0) {
    printLines(context, [
      'This server has no shops.',
      'Create one with `bookedbarber shop create`, or create a demo shop with `bookedbarber demo`.',
    ]);
  } else {
    const columns = [{ title: 'slug' }, { title: 'name' }, { title: 'zone' }, { title: 'address' }];
    const rows = list.shops.map((shop) => [shop.slug, shop.name, shop.zone, shop.address]);
    printLines(context, table(columns, rows, ''));
  }
}
