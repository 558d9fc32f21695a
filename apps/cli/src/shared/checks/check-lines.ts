import type { Paint } from '../terminal/paint.ts';
import { wrap } from '../terminal/words.ts';
import type { CheckResult } from './check-log.ts';
import type { Finding } from './finding.ts';

const outcomeWidth = 'warning'.length;
const textWidth = 100;
/** A check that takes longer says so. */
const slowCheckMs = 100;

/** The lines of one check: its outcome, its name, what was seen, and for a finding its cause and its mend. */
export function checkLines(result: CheckResult, nameWidth: number, paint: Paint): string[] {
  const { check, outcome, detail, durationMs, findings } = result;
  const margin = ' '.repeat(outcomeWidth + nameWidth + 6);
  const marked = paintOutcome(outcome, paint)(outcome.padEnd(outcomeWidth));
  const begin = `  ${marked}  ${check.padEnd(nameWidth)}  `;
  const took = durationMs >= slowCheckMs ? paint.quiet(`  (${milliseconds(durationMs)})`) : '';
  if (findings.length === 0) {
    const [first = '', ...more] = wrap(detail, margin, textWidth);
    return [`${begin}${first.trimStart()}${took}`.trimEnd(), ...more];
  }
  const told = findings.flatMap((finding) => findingLines(finding, margin, paint));
  const lines = detail === '' ? told : [...wrap(detail, margin, textWidth), ...told];
  const [first = '', ...more] = lines;
  return [`${begin}${first.slice(margin.length)}${took}`, ...more];
}

/** For all that was not looked at, and why. */
export function skippedLines(checks: readonly string[], why: string, paint: Paint): string[] {
  const margin = ' '.repeat(outcomeWidth + 4);
  const [first = '', ...more] = wrap(`${checks.join(' · ')} (${why})`, margin, textWidth);
  return [`  ${'skipped'.padEnd(outcomeWidth)}  ${first.trimStart()}`, ...more].map(paint.quiet);
}

function findingLines(
  { code, severity, message, cause, remediation }: Finding,
  margin: string,
  paint: Paint,
): string[] {
  const mark = severity === 'error' ? paint.bad : paint.warning;
  return [
    ...wrap(message, margin, textWidth).map((line) => margin + mark(line.trimStart())),
    ...labelled('Cause: ', cause, margin),
    ...labelled('Mend:  ', remediation, margin),
    margin + paint.quiet(`Code:  ${code}`),
  ];
}

function labelled(label: string, text: string, margin: string): string[] {
  const [first = '', ...more] = wrap(text, margin + ' '.repeat(label.length), textWidth);
  return [margin + label + first.trimStart(), ...more];
}

function paintOutcome(outcome: CheckResult['outcome'], paint: Paint): (text: string) => string {
  return { ok: paint.good, warning: paint.warning, failed: paint.bad, skipped: paint.quiet }[outcome];
}

/** A time as people read it: "0.21 ms", "12 ms", "1.4 s". */
export function milliseconds(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms >= 10 ? Math.round(ms) : ms.toFixed(2)} ms`;
}
