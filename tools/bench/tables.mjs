/**
 * Formats a table: the first column is left-aligned, the others right-aligned.
 *
 * @param {readonly (readonly string[])[]} rows the first one is the header
 * @returns {string}
 */
export function table(rows) {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    widths
      .map((width, column) => {
        const text = row[column] ?? '';
        return column === 0 ? text.padEnd(width) : text.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
  return `${[lines[0], widths.map((width) => '-'.repeat(width)).join('  '), ...lines.slice(1)].join('\n')}\n`;
}

/** Formats the same rows in Markdown, for a README. @param {readonly (readonly string[])[]} rows */
export function markdownTable(rows) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`.replace('|  |', '| |');
  const separator = `|${(rows[0] ?? []).map(() => '---|').join('')}`;
  return `${[line(rows[0] ?? []), separator, ...rows.slice(1).map(line)].join('\n')}\n`;
}

/** @param {number} value */
export const count = (value) => Math.round(value).toLocaleString('en-US');
/** @param {number} share */
export const percent = (share) => `${(share * 100).toFixed(1)} %`;
/** @param {number} ms */
export const milliseconds = (ms) => (ms < 10 ? ms.toFixed(1) : ms.toFixed(0));
