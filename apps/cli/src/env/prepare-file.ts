import type { Variables } from '@bookedbarber/redis-tier/settings';
import { checkSettings } from '../doctor/settings/settings-check.ts';
import { CheckFailedError, type Finding } from '../shared/checks/finding.ts';
import type { Prompt } from '../shared/terminal/ask.ts';
import { Failure } from '../shared/user-error.ts';
import { promptForMissing } from './ask-for-missing.ts';
import { checkAuthToken, isElastiCache } from './auth-token.ts';
import { type Change, diffVariables } from './diff.ts';
import { unreadableLine, valuesOf, withValues } from './env-text.ts';
import { neededInProduction } from './known-variables.ts';
import type { SettingsOfPlan } from './plan-settings.ts';
import { type EnvOptions, requestedValues, type SecretInputs } from './requested-values.ts';

const heading = `# Production settings of BookedBarber. This file contains secrets: only its owner may read it.
# docs/reference/environment.md describes every variable. Change: bookedbarber env. Check: bookedbarber doctor.
`;

export type PreparedFile = {
  text: string;
  changes: readonly Change[];
  /** Variables that production requires and that are not set. */
  missing: readonly string[];
};

export type FileRequest = {
  options: EnvOptions;
  given: SecretInputs;
  plan: SettingsOfPlan | undefined;
  ask: Prompt | undefined;
};

/** Computes the new text of the file. Throws Failure or UsageError for invalid settings. */
export async function prepareFile(before: string, request: FileRequest): Promise<PreparedFile> {
  const { options, given, plan, ask } = request;
  const unreadable = unreadableLine(before);
  if (unreadable !== undefined) {
    throw new Failure(
      'line_unreadable',
      `Line ${unreadable} of the file is neither NAME=value nor a comment.`,
      {
        remediation:
          'Correct the line by hand: a comment starts with # in the first column, and an empty line contains no spaces. The file is unchanged.',
      },
    );
  }
  const old = valuesOf(before);
  const requested = requestedValues(options, given, plan, old);
  const draft = withValues(before === '' ? heading : before, requested);
  const endpoint = plan?.endpoint ?? { tls: true, port: 6379 };
  const answers = ask === undefined ? new Map() : await promptForMissing(ask, valuesOf(draft), endpoint);
  const text = withValues(draft, answers);
  const values = valuesOf(text);
  rejectInvalidSettings(values, old);
  return {
    text,
    changes: diffVariables(old, values),
    missing: neededInProduction.filter((name) => !values.get(name)),
  };
}

function rejectInvalidSettings(values: ReadonlyMap<string, string>, old: ReadonlyMap<string, string>): void {
  const redisUrl = values.get('REDIS_URL');
  if (!redisUrl) return;
  const finding = settingsError(Object.fromEntries(values));
  if (finding !== undefined) {
    const { code, message, remediation } = finding;
    throw new Failure(code, message, { remediation: `${remediation} The file is unchanged.` });
  }
  const password = values.get('REDIS_PASSWORD');
  if (!password || password === old.get('REDIS_PASSWORD')) return;
  if (isElastiCache(new URL(redisUrl).hostname)) checkAuthToken(password);
}

/** The first error that `doctor` would report for these settings without connecting. */
function settingsError(variables: Variables): Finding | undefined {
  try {
    return checkSettings(variables, 'the file').findings?.find(({ severity }) => severity === 'error');
  } catch (error) {
    if (error instanceof CheckFailedError) return error.finding;
    throw error;
  }
}
