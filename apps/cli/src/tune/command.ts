import type { CacheTuning } from '@bookedbarber/contract';
import { openApi } from '../shared/api/open-api.ts';
import {
  type AddCommand,
  type CommonOptions,
  printJson,
  printLines,
  withExamples,
  withServer,
} from '../shared/command.ts';
import type { CommandContext } from '../shared/io.ts';
import { paintFor } from '../shared/terminal/paint.ts';
import { progressOn } from '../shared/terminal/progress.ts';
import { recommendTtls } from './assess-all.ts';
import type { TtlEstimate } from './assess-ttls.ts';
import { settingsOf, tuningLines } from './tuning-lines.ts';

export const addTune: AddCommand = (parent, context) => {
  const command = parent
    .command('tune')
    .summary('recommend TTLs for cached data')
    .description(
      'Shows for each cache policy what a longer CACHE_TTL_* would save and risk, from the lookups and changes since the ' +
        'processes started. Changes nothing. Assesses no TTL that is longer than the measured time, so run it after a day ' +
        'of traffic.',
    )
    .action((options: CommonOptions) => tune(options, context));
  withExamples(withServer(command), ['bookedbarber tune', 'bookedbarber tune --json | jq -r ".settings[]"']);
};

async function tune(options: CommonOptions, context: CommandContext): Promise<void> {
  const api = openApi(options, context, progressOn(context.stderr));
  const tuning = await api.get<CacheTuning>('/cache/tuning');
  const recommendations = recommendTtls(tuning);
  if (options.json === true) {
    printJson(context, {
      processes: tuning.processes,
      settings: settingsOf(recommendations),
      policies: recommendations.map(
        (
          {
            policy,
            variable,
            now,
            options: longerTtls,
            missingSeconds: tooEarly,
            recommended: choice,
            reason,
          },
          index,
        ) => ({
          policy,
          variable,
          measured_seconds: tuning.policies[index]?.measured_seconds ?? 0,
          entries_loaded: tuning.policies[index]?.entries,
          now: toJson(now),
          longer_ttls: longerTtls.map(toJson),
          needed_measurement_seconds: tooEarly,
          recommended_ttl_seconds: choice?.ttlSeconds ?? null,
          reason,
        }),
      ),
    });
    return;
  }
  const { stdout } = context;
  const paint = paintFor(stdout, context.environment);
  printLines(context, tuningLines(tuning, recommendations, Math.min(stdout.columns || 100, 110), paint));
}

function toJson(of: TtlEstimate) {
  return {
    ttl_seconds: of.ttlSeconds,
    stale_while_revalidate_seconds: of.staleWhileRevalidateSeconds,
    hit_rate: of.hitRate,
    misses_per_hour: of.missesPerHour,
    loads_per_hour: of.loadsPerHour,
    loads_saved_per_hour: of.savedPerHour,
    load_seconds_per_hour: of.loadSecondsPerHour,
    memory_bytes: of.memoryBytes,
  };
}
