import type { Variables } from '@bookedbarber/redis-tier/settings';
import { checkSettings } from '../doctor/settings/settings-check.ts';
import { CheckFailedError, type Finding } from '../shared/checks/finding.ts';
import type { Prompt } from '../shared/terminal/ask.ts';
import { Failure } from '../shared/user-error.ts';
import { promptForMissing } from './ask-for-missing.ts';
import { checkAuthToken, isElastiCache } from './auth-token.ts';
import { type Change, diffVariables } from './difference.ts';
import { unreadableLine, valuesOf, withValues } from './env-text.ts';
import { neededInProduction } from './known-variables.ts';
import type { SettingsOfPlan } from './plan-settings.ts';
import { type EnvOptions, requestedValues, type SecretInputs } from './requested-values.ts';

const heading = `# The settings of BookedBarber in production. Secrets are in here: only the owner may read it.
# docs/reference/environment.md has every variable; bookedbarber env changes this file, bookedbarber doctor tries it.
`;

export type PreparedFile = {
  text: string;
  changes: readonly Change[];
  /** What production does not start without, and is not there yet. */
  missing: readonly string[];
};

export type Order = {
  options: EnvOptions;
  given: SecretInputs;
  plan: SettingsOfPlan | undefined;
  ask: Prompt | undefined;
};

/** The file as it shall be, made from what it is. Throws Failure or UsageError for settings that cannot work. */
export async function prepareFile(before: string, order: Order): Promise<PreparedFile> {
  const { options, given, plan, ask } = order;
  const unreadable = unreadableLine(before);
  if (unreadable !== undefined) {
    throw new Failure(
      'line_unreadable',
      `Line ${unreadable} of the file is neither NAME=value nor a comment.`,
      {
        remediation:
          'Correct it by hand: a comment begins with its #, and an empty line has no blanks. The file is as it was.',
      },
    );
  }
  const old = valuesOf(before);
  const wanted = requestedValues(options, given, plan, old);
  const draft = withValues(before === '' ? heading : before, wanted);
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
    throw new Failure(code, message, { remediation: `${remediation} The file is as it was.` });
  }
  const password = values.get('REDIS_PASSWORD');
  if (!password || password === old.get('REDIS_PASSWORD')) return;
  if (isElastiCache(new URL(redisUrl).hostname)) checkAuthToken(password);
}

/** What the doctor would say first of these settings, before it goes to the server. */
function settingsError(variables: Variables): Finding | undefined {
  try {
    return checkSettings(variables, 'the file').findings?.find(({ severity }) => severity === 'error');
  } catch (error) {
    if (error instanceof CheckFailedError) return error.finding;
    throw error;
  }
}
