import type { Paint } from '../terminal/paint.ts';
import { wrap } from '../terminal/words.ts';
import type { CheckResult } from './check-log.ts';
import type { Finding } from './finding.ts';

const outcomeWidth = 'warning'.length;
const textWidth = 100;
/** Slower checks show their duration. */
const slowCheckMs = 100;

/** The lines of one check: outcome, name and detail, and the cause and remediation of each finding. */
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
  const found = findings.flatMap((finding) => findingLines(finding, margin, paint));
  const lines = detail === '' ? found : [...wrap(detail, margin, textWidth), ...found];
  const [first = '', ...more] = lines;
  return [`${begin}${first.slice(margin.length)}${took}`, ...more];
}

/** The lines for skipped checks, with the reason. */
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
    ...labelled('Fix:   ', remediation, margin),
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

/** Formats a duration: "0.21 ms", "12 ms", "1.4 s". */
export function milliseconds(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms >= 10 ? Math.round(ms) : ms.toFixed(2)} ms`;
}
