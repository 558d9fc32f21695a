import type { CommandContext } from '../io.ts';
import { paintFor } from '../terminal/paint.ts';
import { progressOn } from '../terminal/progress.ts';
import { counted } from '../terminal/words.ts';
import { Failure } from '../user-error.ts';
import { checkLines, skippedLines } from './check-lines.ts';
import type { CheckListener, CheckResult } from './check-log.ts';

/** Prints checks: a progress line while one runs, and its outcome when it ends. */
export function createCheckReporter(
  names: readonly string[],
  context: CommandContext,
  { json }: { json: boolean },
): CheckListener {
  const progress = progressOn(context.stderr);
  const paint = paintFor(context.stdout, context.environment);
  const width = Math.max(...names.map((name) => name.length));
  return {
    onStart: (check) => progress.show(`  ${check} …`),
    onEnd(result) {
      progress.clear();
      if (!json) context.stdout.write(`${checkLines(result, width, paint).join('\n')}\n`);
    },
    onSkip(checks, why) {
      if (!json) context.stdout.write(`${skippedLines(checks, why, paint).join('\n')}\n`);
    },
  };
}

/** A result in the JSON output. */
export function resultJson({ check, outcome, detail, durationMs, findings }: CheckResult) {
  return { check, outcome, detail, duration_ms: durationMs, findings };
}

/** Throws Failure with the code of the first error when a check failed. `again`: the command to rerun. */
export function throwErrors(results: readonly CheckResult[], again: string): void {
  const errors = results.flatMap(({ findings }) => findings).filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (first === undefined) return;
  const codes = [...new Set(errors.map(({ code }) => code))];
  const remediation = codes.length === 1 ? 'Fix it' : 'Fix them in this order';
  throw new Failure(first.code, `${counted(codes.length, 'error')} found: ${codes.join(', ')}.`, {
    remediation: `${remediation}, then rerun ${again}.`,
  });
}
