import { Temporal } from 'temporal-polyfill';
import { InvalidFieldError } from './csv-table.ts';

/** A date, YYYY-MM-DD. Throws InvalidFieldError. */
export function dateField(column: string, text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text))
    throw new InvalidFieldError(`${column} "${shown(text)}" is not a date such as 2018-03-14`);
  try {
    return Temporal.PlainDate.from(text).toString();
  } catch {
    throw new InvalidFieldError(`${column} "${text}" does not exist in the calendar`);
  }
}

/** A time of day, HH:MM, as minutes since midnight. Throws InvalidFieldError. */
export function clockField(column: string, text: string): number {
  const match = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (match === null) throw new InvalidFieldError(`${column} "${shown(text)}" is not a time such as 15:50`);
  return Number(match[1]) * 60 + Number(match[2]);
}

/** A whole number from `minimum` to `maximum`. Throws InvalidFieldError. */
export function integerField(column: string, text: string, minimum: number, maximum: number): number {
  const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= minimum && value <= maximum) return value;
  throw new InvalidFieldError(
    `${column} "${shown(text)}" is not a whole number from ${minimum} to ${maximum}`,
  );
}

/** A non-empty text of at most `maximum` characters. Throws InvalidFieldError. */
export function textField(column: string, text: string, maximum: number): string {
  if (text === '') throw new InvalidFieldError(`${column} is empty`);
  if (text.length > maximum) throw new InvalidFieldError(`${column} is longer than ${maximum} characters`);
  return text;
}

/** One of the given words. Throws InvalidFieldError. */
export function wordField<Word extends string>(column: string, text: string, words: readonly Word[]): Word {
  const word = words.find((candidate) => candidate === text);
  if (word === undefined)
    throw new InvalidFieldError(`${column} "${shown(text)}" is not one of ${words.join(', ')}`);
  return word;
}

/** Truncates a value to 40 characters, so that a malformed file does not flood the report. */
export function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
