import { parseEnv } from 'node:util';
import { quoted } from './quote.ts';

/** Values by name; null takes the variable out. */
export type Wanted = ReadonlyMap<string, string | null>;

/** An assignment, with a quoted value over several lines where it has one. Before a name Node takes blanks, and no tabs. */
const assignment =
  /^ *(?:export +)?([A-Za-z_][A-Za-z0-9_.-]*) *= *(?:"[^"]*"|'[^']*'|`[^`]*`)?[^\n]*(?:\n|$)/gm;

export function valuesOf(text: string): Map<string, string> {
  return new Map(Object.entries(parseEnv(text)).map(([name, value]) => [name, value ?? '']));
}

/** The text with these values; all else stays as it is, comments and order too. New ones come at the end. */
export function withValues(text: string, wanted: Wanted): string {
  const before = valuesOf(text);
  const changed = new Map([...wanted].filter(([name, value]) => (before.get(name) ?? null) !== value));
  const written = new Set<string>();
  const kept = text.replace(assignment, (line, name: string) => {
    const value = changed.get(name);
    if (value === undefined) return line;
    // A name that stands there twice would still win with its old value.
    if (value === null || written.has(name)) return '';
    written.add(name);
    return lineOf(name, value);
  });
  const added = [...changed].flatMap(([name, value]) =>
    value === null || written.has(name) ? [] : [lineOf(name, value)],
  );
  const begin = kept === '' || kept.endsWith('\n') ? kept : `${kept}\n`;
  return begin + added.join('');
}

/**
 * Number of the first line that is neither an assignment nor a comment: Node takes it for a part of the next name, and so
 * it does with a comment that does not begin its line, and with blanks alone in a line.
 */
export function unreadableLine(text: string): number | undefined {
  const rest = text.replace(assignment, (lines) => lines.replace(/[^\n]/g, ''));
  const index = rest.split('\n').findIndex((line) => !/^(#|\r?$)/.test(line));
  return index < 0 ? undefined : index + 1;
}

function lineOf(name: string, value: string): string {
  return `${name}=${quoted(name, value)}\n`;
}
