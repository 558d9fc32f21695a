import type { CacheTuning } from '@bookedbarber/contract';
import { openApi } from '../shared/api/open-api.ts';
import {
  type AddVerb,
  type CommonOptions,
  printJson,
  printLines,
  withExamples,
  withServer,
} from '../shared/command.ts';
import type { Surroundings } from '../shared/io.ts';
import { paintFor } from '../shared/terminal/paint.ts';
import { progressOn } from '../shared/terminal/progress.ts';
import { judgeAll } from './assess-all.ts';
import type { TimeFigures } from './assess-ttls.ts';
import { settingsOf, tuningLines } from './tuning-lines.ts';

export const addTune: AddVerb = (parent, surroundings) => {
  const command = parent
    .command('tune')
    .summary('find out how long cached data should stay fresh')
    .description(
      'Says for each class of cached data what a longer CACHE_TTL_* would save, found out with the look-ups and changes ' +
        'that really came since the processes began, and what it would risk. Changes nothing. Judges no time that is ' +
        'longer than it has been measured for: after a day under traffic it knows most.',
    )
    .action((options: CommonOptions) => tune(options, surroundings));
  withExamples(withServer(command), ['bookedbarber tune', 'bookedbarber tune --json | jq -r ".settings[]"']);
};

async function tune(options: CommonOptions, surroundings: Surroundings): Promise<void> {
  const api = openApi(options, surroundings, progressOn(surroundings.stderr));
  const tuning = await api.get<CacheTuning>('/cache/tuning');
  const verdicts = judgeAll(tuning);
  if (options.json === true) {
    printJson(surroundings, {
      processes: tuning.processes,
      settings: settingsOf(verdicts),
      policies: verdicts.map(
        ({ policy, variable, now, options: longer, tooEarly, choice, reason }, index) => ({
          policy,
          variable,
          measured_seconds: tuning.policies[index]?.measured_seconds ?? 0,
          entries_loaded: tuning.policies[index]?.entries,
          now: toJson(now),
          longer: longer.map(toJson),
          too_early_seconds: tooEarly,
          choice_seconds: choice?.freshSeconds ?? null,
          reason,
        }),
      ),
    });
    return;
  }
  const { stdout } = surroundings;
  const paint = paintFor(stdout, surroundings.environment);
  printLines(surroundings, tuningLines(tuning, verdicts, Math.min(stdout.columns || 100, 110), paint));
}

function toJson(of: TimeFigures) {
  return {
    fresh_seconds: of.freshSeconds,
    aged_seconds: of.agedSeconds,
    hit_rate: of.hitRate,
    misses_per_hour: of.missesPerHour,
    loads_per_hour: of.loadsPerHour,
    saved_per_hour: of.savedPerHour,
    load_seconds_per_hour: of.loadSecondsPerHour,
    memory_bytes: of.memoryBytes,
  };
}
