import type { Variables } from '@bookedbarber/redis-tier/settings';
import { checkSettings } from '../doctor/settings/settings-check.ts';
import { CheckFailed, type Finding } from '../shared/checks/finding.ts';
import type { Ask } from '../shared/terminal/ask.ts';
import { Failure } from '../shared/user-error.ts';
import { askForMissing } from './ask-for-missing.ts';
import { checkAuthToken, isElastiCache } from './auth-token.ts';
import { type Change, differenceOf } from './difference.ts';
import { unreadableLine, valuesOf, withValues } from './env-text.ts';
import { neededInProduction } from './known-variables.ts';
import type { SettingsOfPlan } from './plan-settings.ts';
import { type EnvOptions, type GivenSecrets, wantedValues } from './requested-values.ts';

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
  given: GivenSecrets;
  plan: SettingsOfPlan | undefined;
  ask: Ask | undefined;
};

/** The file as it shall be, made from what it is. Throws Failure or WrongUsage for settings that cannot work. */
export async function prepareFile(before: string, order: Order): Promise<PreparedFile> {
  const { options, given, plan, ask } = order;
  const unreadable = unreadableLine(before);
  if (unreadable !== undefined) {
    throw new Failure(
      'line_unreadable',
      `Line ${unreadable} of the file is neither NAME=value nor a comment.`,
      {
        mend: 'Correct it by hand: a comment begins with its #, and an empty line has no blanks. The file is as it was.',
      },
    );
  }
  const old = valuesOf(before);
  const wanted = wantedValues(options, given, plan, old);
  const draft = withValues(before === '' ? heading : before, wanted);
  const endpoint = plan?.endpoint ?? { tls: true, port: 6379 };
  const answers = ask === undefined ? new Map() : await askForMissing(ask, valuesOf(draft), endpoint);
  const text = withValues(draft, answers);
  const values = valuesOf(text);
  refuseWhatCannotWork(values, old);
  return {
    text,
    changes: differenceOf(old, values),
    missing: neededInProduction.filter((name) => !values.get(name)),
  };
}

function refuseWhatCannotWork(values: ReadonlyMap<string, string>, old: ReadonlyMap<string, string>): void {
  const redisUrl = values.get('REDIS_URL');
  if (!redisUrl) return;
  const finding = settingsFault(Object.fromEntries(values));
  if (finding !== undefined) {
    const { code, message, mend } = finding;
    throw new Failure(code, message, { mend: `${mend} The file is as it was.` });
  }
  const password = values.get('REDIS_PASSWORD');
  if (!password || password === old.get('REDIS_PASSWORD')) return;
  if (isElastiCache(new URL(redisUrl).hostname)) checkAuthToken(password);
}

/** What the doctor would say first of these settings, before it goes to the server. */
function settingsFault(variables: Variables): Finding | undefined {
  try {
    return checkSettings(variables, 'the file').findings?.find(({ severity }) => severity === 'fault');
  } catch (error) {
    if (error instanceof CheckFailed) return error.finding;
    throw error;
  }
}
