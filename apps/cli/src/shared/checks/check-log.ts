import { CheckFailedError, type Finding } from './finding.ts';

export type CheckResult = {
  check: string;
  outcome: 'ok' | 'warning' | 'failed' | 'skipped';
  /** What the check found, or why it was skipped. */
  detail: string;
  durationMs: number;
  findings: readonly Finding[];
};

/**
 * The outcome of a check; later checks use `value`. A check that could not find out anything is `skipped`, and its
 * detail states why.
 */
export type CheckValue<T> = { detail: string; value: T; findings?: readonly Finding[]; skipped?: boolean };

export type CheckListener = {
  onStart(check: string): void;
  onEnd(result: CheckResult): void;
  onSkip(checks: readonly string[], why: string): void;
};

/** Runs checks one after another and records their results. */
export class CheckLog<Name extends string = string> {
  readonly #listener: CheckListener;
  readonly #results: CheckResult[] = [];

  constructor(listener: CheckListener) {
    this.#listener = listener;
  }

  get results(): readonly CheckResult[] {
    return this.#results;
  }

  /** Returns the value of the check, or undefined when it failed. Rethrows every error except CheckFailedError. */
  async run<T>(check: Name, work: () => CheckValue<T> | Promise<CheckValue<T>>): Promise<T | undefined> {
    this.#listener.onStart(check);
    const startedMs = performance.now();
    const durationMs = () => Math.round((performance.now() - startedMs) * 100) / 100;
    try {
      const { detail, value, findings = [], skipped = false } = await work();
      const outcome = skipped ? 'skipped' : worst(findings);
      this.#end({ check, outcome, detail, durationMs: durationMs(), findings });
      return value;
    } catch (error) {
      if (!(error instanceof CheckFailedError)) throw error;
      const { finding } = error;
      this.#end({ check, outcome: 'failed', detail: '', durationMs: durationMs(), findings: [finding] });
      return undefined;
    }
  }

  skip(checks: readonly Name[], why: string): void {
    if (checks.length === 0) return;
    for (const check of checks)
      this.#results.push({ check, outcome: 'skipped', detail: why, durationMs: 0, findings: [] });
    this.#listener.onSkip(checks, why);
  }

  #end(result: CheckResult): void {
    this.#results.push(result);
    this.#listener.onEnd(result);
  }
}

function worst(findings: readonly Finding[]): CheckResult['outcome'] {
  if (findings.some(({ severity }) => severity === 'error')) return 'failed';
  return findings.length > 0 ? 'warning' : 'ok';
}
