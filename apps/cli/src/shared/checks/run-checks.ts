import type { CommandContext } from '../io.ts';
import { paintFor } from '../terminal/paint.ts';
import { progressOn } from '../terminal/progress.ts';
import { counted } from '../terminal/words.ts';
import { Failure } from '../user-error.ts';
import { checkLines, skippedLines } from './check-lines.ts';
import type { CheckListener, CheckResult } from './check-log.ts';

/** Tells of checks as they go: a line that renews itself while one runs, and its outcome when it has ended. */
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

/** A result as it stands in the JSON document. */
export function resultJson({ check, outcome, detail, durationMs, findings }: CheckResult) {
  return { check, outcome, detail, duration_ms: durationMs, findings };
}

/** Throws Failure when a check failed; its code is that of the first fault. `again`: the command to run then. */
export function throwErrors(results: readonly CheckResult[], again: string): void {
  const faults = results.flatMap(({ findings }) => findings).filter(({ severity }) => severity === 'error');
  const [first] = faults;
  if (first === undefined) return;
  const codes = [...new Set(faults.map(({ code }) => code))];
  const remediation = codes.length === 1 ? 'Mend it' : 'Mend them, the first one first';
  throw new Failure(first.code, `${counted(codes.length, 'error')} found: ${codes.join(', ')}.`, {
    remediation: `${remediation}, then run ${again} again.`,
  });
}
