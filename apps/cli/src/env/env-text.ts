import { parseEnv } from 'node:util';
import { quoted } from './quote.ts';

/** Values by name; null removes the variable. */
export type RequestedValues = ReadonlyMap<string, string | null>;

/** An assignment; a quoted value may span lines. Node allows spaces before a name, but no tabs. */
const assignment =
  /^ *(?:export +)?([A-Za-z_][A-Za-z0-9_.-]*) *= *(?:"[^"]*"|'[^']*'|`[^`]*`)?[^\n]*(?:\n|$)/gm;

export function valuesOf(text: string): Map<string, string> {
  return new Map(Object.entries(parseEnv(text)).map(([name, value]) => [name, value ?? '']));
}

/** Sets values in the text. Everything else, including comments and order, is base. New variables are appended. */
export function withValues(text: string, requested: RequestedValues): string {
  const before = valuesOf(text);
  const changed = new Map([...requested].filter(([name, value]) => (before.get(name) ?? null) !== value));
  const written = new Set<string>();
  const kept = text.replace(assignment, (line, name: string) => {
    const value = changed.get(name);
    if (value === undefined) return line;
    // A second assignment of the same name would override the new value.
    if (value === null || written.has(name)) return '';
    written.add(name);
    return lineOf(name, value);
  });
  const added = [...changed].flatMap(([name, value]) =>
    value === null || written.has(name) ? [] : [lineOf(name, value)],
  );
  const base = kept === '' || kept.endsWith('\n') ? kept : `${kept}\n`;
  return base + added.join('');
}

/**
 * Number (from 1) of the first line that is neither an assignment nor a comment. Node reads such a line as part of the
 * next name. It does the same with an indented comment and with a line that contains only spaces.
 */
export function unreadableLine(text: string): number | undefined {
  const rest = text.replace(assignment, (lines) => lines.replace(/[^\n]/g, ''));
  const index = rest.split('\n').findIndex((line) => !/^(#|\r?$)/.test(line));
  return index < 0 ? undefined : index + 1;
}

function lineOf(name: string, value: string): string {
  return `${name}=${quoted(name, value)}\n`;
}
