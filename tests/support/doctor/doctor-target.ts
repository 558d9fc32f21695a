import { stripVTControlCharacters } from 'node:util';
import { expect } from 'vitest';
import { readEnvironment } from '../../../apps/cli/src/environment.ts';
import type { CheckResult } from '../../../apps/cli/src/shared/checks/check-log.ts';
import type { Finding } from '../../../apps/cli/src/shared/checks/finding.ts';
import type { CommandContext } from '../../../apps/cli/src/shared/io.ts';
import { runCommand } from '../bookedbarber.ts';

/** The password of all test servers. It differs when URL-encoded and contains shell metacharacters. */
export const secret = 'Xq7#w$9&kP^2<zR>m-4!tL';
export const wrongSecret = 'Wr0ng#one$of&them^<>-!9';

export type DoctorOptions = {
  /** Arguments after `doctor`. */
  args?: readonly string[];
  variables?: Readonly<Record<string, string>>;
  changes?: Partial<CommandContext>;
};

/** Depends on the load of the machine, so it is excluded from `errors` and `warnings`. */
const machineDependent = 'round_trip_slow';

export type DoctorRun = {
  /** The output of --json. */
  report: { healthy: boolean; errors: string[]; servers: { checks: JsonCheck[]; address: string }[] };
  errors: readonly string[];
  warnings: readonly string[];
  /** The output in a terminal. */
  text: string;
  finding(code: string): Finding;
};

type JsonCheck = Pick<CheckResult, 'check' | 'outcome' | 'detail' | 'findings'>;

/** Every form in which a secret could leak. */
const formsOf = (word: string): string[] => [
  word,
  encodeURIComponent(word),
  JSON.stringify(word).slice(1, -1),
  Buffer.from(word).toString('base64'),
];

/**
 * Runs `doctor` twice, for a terminal and with --json. Checks that both report the same findings, that each has a
 * cause and a remediation, and that no output contains a secret.
 */
export async function runDoctor({
  args = [],
  variables = {},
  changes = {},
}: DoctorOptions): Promise<DoctorRun> {
  const [terminal, machine] = await Promise.all([
    spawnDoctor(args, variables, changes, true),
    spawnDoctor([...args, '--json'], variables, changes, false),
  ]);
  const report = JSON.parse(machine.stdout);
  const checks: JsonCheck[] = [...report.settings.checks, ...report.servers.flatMap(checksOf)];
  const findings = checks.flatMap((check) => check.findings);
  const codesOf = (severity: string) =>
    findings.filter((finding) => finding.severity === severity).map(({ code }) => code);
  const codesOfServer = (severity: string) => codesOf(severity).filter((code) => code !== machineDependent);
  const text = stripVTControlCharacters(terminal.stdout);

  for (const word of [secret, wrongSecret].flatMap(formsOf)) {
    for (const output of [terminal.stdout, terminal.stderr, machine.stdout, machine.stderr])
      expect(output).not.toContain(word);
  }
  for (const finding of findings) {
    expect(finding.cause, finding.code).toMatch(/^[A-Z].{20,}/);
    expect(finding.remediation, finding.code).toMatch(/^[A-Z].{20,}/);
    if (finding.code !== machineDependent) expect(text).toContain(`Code:  ${finding.code}`);
  }
  expect(report.errors).toEqual(codesOf('error'));
  expect(terminal.code, text).toBe(/^ {2}failed /m.test(text) ? 1 : 0);
  expect(machine.code).toBe(report.healthy ? 0 : 1);
  expect(terminal.stderr).toContain('settings …');
  return {
    report,
    errors: codesOfServer('error'),
    warnings: codesOfServer('warning'),
    text,
    finding: (code) => {
      const found = findings.find((finding) => finding.code === code);
      if (found === undefined)
        throw new Error(`no ${code} among ${findings.map((it) => it.code).join(', ')}`);
      return found;
    },
  };
}

const checksOf = (server: { checks: JsonCheck[] }): JsonCheck[] => server.checks;

const spawnDoctor = (
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
  changes: Partial<CommandContext>,
  isTTY: boolean,
) =>
  runCommand(
    ['doctor', '--timeout', '60', ...args],
    { environment: readEnvironment(variables), workingFolder: '/', projectFolder: '/nowhere', ...changes },
    { isTTY, columns: 120 },
  );
