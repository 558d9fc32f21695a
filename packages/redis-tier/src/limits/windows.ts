import { type Checks, checkOptions, integerFrom, optional, textLike } from '../core/internal.ts';

/** One window of a limit: at most `limit` units in any stretch of `lengthMs`. */
export type Window = {
  readonly name: string;
  readonly lengthMs: number;
  readonly limit: number;
  /**
   * Units admitted within one tick count together until the last moment of the tick has left the window. 1 ms makes an
   * exact log; a twelfth of the window makes at most thirteen cells, of which the oldest counts in full.
   */
  readonly tickMs: number;
};

/** Limits of the usual windows, in units. */
export type NamedLimits = {
  readonly perMinute?: number;
  readonly perHour?: number;
  readonly perDay?: number;
};

/** A window of any length: `seconds` from 1 to 14 days, `limit` from 1 to 16,000,000 units. */
export type WindowOptions = { readonly name: string; readonly seconds: number; readonly limit: number };

/** Up to this limit a window is an exact log: the margin of sub-buckets would cost a small limit too much. */
export const largestExactLimit = 32;
/** Sub-buckets of a window with a larger limit. */
export const subBuckets = 12;
const maxSeconds = 14 * 86_400;
/** Less than the three bytes of a cell can count, so that reports after an outage fit too. */
const largestLimit = 16_000_000;
const maxWindows = 6;

/** Parses the windows of a limit. Throws RangeError for invalid windows. */
export function toWindows(options: NamedLimits | readonly WindowOptions[]): readonly Window[] {
  const list = isList(options) ? options : named(options);
  if (list.length === 0 || list.length > maxWindows)
    throw new RangeError(`A limit must have 1 to ${maxWindows} windows, not ${list.length}.`);
  const windows = list.map(toWindow);
  if (new Set(windows.map((it) => it.name)).size < windows.length)
    throw new RangeError('The windows of a limit must have different names.');
  if (new Set(windows.map((it) => it.lengthMs)).size < windows.length)
    throw new RangeError('The windows of a limit must have different lengths.');
  return windows;
}

/** The tick of a window with this limit, in ms. Rounded up: a longer tick makes units count longer, never shorter. */
function tickOf(lengthMs: number, limit: number): number {
  return limit <= largestExactLimit ? 1 : Math.ceil(lengthMs / subBuckets);
}

/** Throws RangeError unless `limit` is a whole number of units that a window supports. */
export function assertLimit(name: string, limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > largestLimit)
    throw new RangeError(
      `The limit of ${name} must be a whole number from 1 to ${largestLimit}, not ${limit}.`,
    );
}

const units = integerFrom(1, largestLimit);
const namedChecks: Checks<NamedLimits> = {
  perMinute: optional(units),
  perHour: optional(units),
  perDay: optional(units),
};
const windowChecks: Checks<WindowOptions> = {
  name: textLike(
    /^[A-Za-z][A-Za-z0-9_-]{0,31}$/,
    '1 to 32 letters, digits, hyphens and underscores that start with a letter',
  ),
  seconds: integerFrom(1, maxSeconds),
  limit: units,
};

function toWindow(options: WindowOptions): Window {
  checkOptions('a window', options, windowChecks, (message) => new RangeError(message));
  const { name, seconds, limit } = options;
  const lengthMs = seconds * 1000;
  return { name, lengthMs, limit, tickMs: tickOf(lengthMs, limit) };
}

function named(limits: NamedLimits): WindowOptions[] {
  checkOptions('the windows of a limit', limits, namedChecks, (message) => new RangeError(message));
  const { perMinute, perHour, perDay } = limits;
  return [
    ...(perMinute === undefined ? [] : [{ name: 'minute', seconds: 60, limit: perMinute }]),
    ...(perHour === undefined ? [] : [{ name: 'hour', seconds: 3600, limit: perHour }]),
    ...(perDay === undefined ? [] : [{ name: 'day', seconds: 86_400, limit: perDay }]),
  ];
}

function isList(options: NamedLimits | readonly WindowOptions[]): options is readonly WindowOptions[] {
  return Array.isArray(options);
}
