import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { expect } from 'vitest';
import type { CheckResult } from '../../../apps/cli/src/shared/checks/check-log.ts';
import type { CommandContext } from '../../../apps/cli/src/shared/io.ts';
import { runCommand } from '../bookedbarber.ts';

export type Verified = {
  code: number;
  errors: readonly string[];
  warnings: readonly string[];
  checks: readonly Pick<CheckResult, 'check' | 'outcome' | 'detail'>[];
  text: string;
};

/** Runs `verify` with and without --json. Checks that both report the same findings, each with a cause and a fix. */
export async function verify(
  url: string,
  args: readonly string[] = [],
  changes: Partial<CommandContext> = {},
): Promise<Verified> {
  const json = await runVerify([url, '--json', ...args], changes);
  const text = await runVerify([url, ...args], changes);
  const report = JSON.parse(json.stdout);
  const findings = (report.checks as CheckResult[]).flatMap((check) => check.findings);
  for (const { cause, remediation, code } of findings) {
    expect(cause, code).toMatch(/^[A-Z].{20,}/);
    expect(remediation, code).toMatch(/^[A-Z].{20,}/);
    expect(text.stdout).toContain(`Code:  ${code}`);
  }
  expect(json.code).toBe(report.healthy ? 0 : 1);
  expect(text.code).toBe(json.code);
  const codesOf = (severity: string) =>
    findings.filter((finding) => finding.severity === severity).map(({ code }) => code);
  return {
    code: json.code,
    errors: codesOf('error'),
    warnings: codesOf('warning'),
    checks: report.checks,
    text: text.stdout,
  };
}

/** The servers in these tests sample Redis ten times as often as by default, so the pauses are a tenth. */
const wait = (ms: number): Promise<void> => delay(ms / 10);

async function runVerify(args: readonly string[], changes: Partial<CommandContext>) {
  const { code, stdout, stderr } = await runCommand(['verify', ...args], { wait, ...changes });
  return { code, stdout: stripVTControlCharacters(stdout), stderr };
}
