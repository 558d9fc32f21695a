import { stripVTControlCharacters } from 'node:util';

export type Column = { title: string; align?: 'left' | 'right' };

/** Lines of a table with aligned columns, two spaces apart; the last column is not padded. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  indent = '  ',
): string[] {
  const titles = columns.map((column) => column.title);
  const widths = columns.map((_, index) =>
    [titles, ...rows].reduce((widest, cells) => Math.max(widest, visibleWidth(cells[index] ?? '')), 0),
  );
  return [titles, ...rows].map((cells) => {
    const padded = columns.map((column, index) => pad(cells[index] ?? '', widths[index] ?? 0, column.align));
    return `${indent}${padded.join('  ')}`.trimEnd();
  });
}

/** Lines of `name  value` pairs with aligned values. */
export function pairs(entries: readonly (readonly [name: string, value: string])[], indent = '  '): string[] {
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${indent}${name.padEnd(width)}  ${value}`.trimEnd());
}

function pad(text: string, width: number, align: Column['align'] = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - visibleWidth(text)));
  return align === 'right' ? space + text : text + space;
}

/** Width of the text in columns. An approximation: a wide East Asian character counts as one. */
function visibleWidth(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}
