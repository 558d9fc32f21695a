import type { Environment } from '../../environment.ts';
import type { Sink } from '../io.ts';

/** Colors text by its meaning. Without colors, every function returns its text unchanged. */
export type Paint = {
  heading(text: string): string;
  good(text: string): string;
  warning(text: string): string;
  bad(text: string): string;
  quiet(text: string): string;
};

const unchanged = (text: string) => text;

export const noPaint: Paint = {
  heading: unchanged,
  good: unchanged,
  warning: unchanged,
  bad: unchanged,
  quiet: unchanged,
};

const colors: Paint = {
  heading: sequence(1, 22),
  good: sequence(32, 39),
  warning: sequence(33, 39),
  bad: sequence(31, 39),
  quiet: sequence(2, 22),
};

/** Colors for a terminal, unless the user turned them off. */
export function paintFor(sink: Sink, environment: Environment): Paint {
  return sink.isTTY === true && !environment.plain ? colors : noPaint;
}

/** Select Graphic Rendition, ECMA-48 8.3.117. */
function sequence(on: number, off: number): (text: string) => string {
  return (text) => `\u001b[${on}m${text}\u001b[${off}m`;
}
