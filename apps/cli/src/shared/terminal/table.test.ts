import { expect, test } from 'vitest';
import { pairs, table } from './table.ts';

test('columns are aligned regardless of colors, and lines have no trailing spaces', () => {
  const columns = [{ title: 'name' }, { title: 'price', align: 'right' as const }, { title: 'note' }];
  const lines = table(columns, [
    ['Cut', '$38.00', ''],
    ['\u001b[1mBeard trim\u001b[22m', '$5.00', 'x'],
  ]);
  expect(lines).toEqual([
    '  name         price  note',
    '  Cut         $38.00',
    '  \u001b[1mBeard trim\u001b[22m   $5.00  x',
  ]);
});

test('the values of pairs are aligned', () => {
  expect(
    pairs([
      ['a', '1'],
      ['long', '2'],
      ['', '3'],
    ]),
  ).toEqual(['  a     1', '  long  2', '        3']);
});
