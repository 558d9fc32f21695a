import type { CacheTuning, PolicyTuning } from '@bookedbarber/contract';
import type { Paint } from '../shared/terminal/paint.ts';
import { table } from '../shared/terminal/table.ts';
import { bytes, counted, figure, percent, span, wrap } from '../shared/terminal/words.ts';
import { targetMemoryShare } from './assess-all.ts';
import { addedBytes, entriesOf, type TtlEstimate, type TtlRecommendation } from './assess-ttls.ts';

/** What was found out of each policy, and the settings that follow from it. */
export function tuningLines(
  tuning: CacheTuning,
  recommendations: readonly TtlRecommendation[],
  columns: number,
  paint: Paint,
): string[] {
  const lines = tuning.policies.flatMap((policy, index) => {
    const recommendation = recommendations[index];
    return recommendation === undefined ? [] : [...policyLines(policy, recommendation, columns, paint), ''];
  });
  const settings = settingsOf(recommendations);
  if (settings.length === 0)
    return [...lines, 'No other time is worth while as far as it has been measured.'];
  const text =
    'Set these and start the processes again. What the server changes itself is seen at once whatever the time, since ' +
    'it tells the cache; measuring begins anew with each start.';
  return [
    ...lines,
    paint.heading('Settings'),
    ...settings.map((line) => `  ${line}`),
    '',
    ...wrap(text, '', columns),
  ];
}

/** Lines for the environment, of the times that are worth while. */
export function settingsOf(recommendations: readonly TtlRecommendation[]): string[] {
  return recommendations.flatMap(({ variable, recommended: choice }) =>
    choice === null ? [] : [`${variable}=${choice.ttlSeconds}`],
  );
}

function policyLines(
  policy: PolicyTuning,
  recommendation: TtlRecommendation,
  columns: number,
  paint: Paint,
): string[] {
  const heading = `${paint.heading(policy.policy)}  ${policy.variable}=${policy.ttl_seconds}`;
  const headed = (words: string): string[] =>
    columns < 72 ? [heading, `  ${words}`] : [`${heading}  ${words}`];
  const entries = entriesOf(policy);
  if (entries === 0) return headed(paint.quiet('nothing of it was loaded yet'));
  const { first, invalidated: changed, expired, uncached } = policy.entries;
  const causes = [
    `${percent(expired, entries)} had expired`,
    `${percent(changed, entries)} had changed`,
    `${percent(first, entries)} for the first time`,
    ...(uncached > 0 ? [`${percent(uncached, entries)} without Redis`] : []),
  ];
  const where = policy.processes > 1 ? ` in ${counted(policy.processes, 'process', 'processes')}` : '';
  return [
    ...headed(`measured for ${span(policy.measured_seconds)}${where}`),
    ...wrap(
      `${counted(policy.lookups, 'look-up')}, ${counted(policy.loads, 'load')}; loaded: ${causes.join(', ')}.`,
      '  ',
      columns,
    ),
    ...(recommendation.options.length > 0 && recommendation.reason !== 'too-little'
      ? timeTable(recommendation, columns, paint)
      : []),
    ...wrap(conclusion(policy, recommendation), '  ', columns),
  ];
}

function timeTable(
  { now, options, recommended: choice }: TtlRecommendation,
  columns: number,
  paint: Paint,
): string[] {
  const unit = unitFor(now);
  const shown = [
    { title: '', from: 0, cell: (it: TtlEstimate) => (it === choice ? paint.good('>') : '') },
    { title: 'fresh for', from: 0, cell: ({ ttlSeconds }: TtlEstimate) => span(ttlSeconds) },
    { title: 'hit rate', from: 0, cell: ({ hitRate }: TtlEstimate) => percent(hitRate, 1) },
    {
      title: `loads/${unit.letter}`,
      from: 0,
      cell: ({ loadsPerHour }: TtlEstimate) => figure(loadsPerHour * unit.hours),
    },
    {
      title: 'saved',
      from: 44,
      cell: (it: TtlEstimate) => (it === now ? '-' : percent(it.savedPerHour, now.loadsPerHour)),
    },
    {
      title: `load time/${unit.letter}`,
      from: 58,
      cell: (it: TtlEstimate) => `${figure(it.loadSecondsPerHour * unit.hours)} s`,
    },
    {
      title: 'memory',
      from: 70,
      cell: ({ memoryBytes }: TtlEstimate) => (memoryBytes === null ? '-' : bytes(memoryBytes)),
    },
  ].filter(({ from }) => columns >= from);
  return table(
    shown.map(({ title }, index) => ({ title, align: index === 0 ? ('left' as const) : ('right' as const) })),
    [now, ...options].map((row) => shown.map(({ cell }) => cell(row))),
  );
}

function conclusion(
  policy: PolicyTuning,
  { now, recommended: choice, reason, missingSeconds: tooEarly, options }: TtlRecommendation,
): string {
  const [soonest] = tooEarly;
  const later = soonest === undefined ? '' : ` It has not been measured for ${span(soonest)} or longer yet.`;
  if (choice === null) return `${reasons[reason]}${later}`;
  const isFull = policy.distinct_entries >= policy.tracked_entries_limit * Math.max(1, policy.processes);
  const atLeast = policy.processes > 1 || isFull ? 'at least ' : '';
  const added = addedBytes(now, choice);
  const longest = options.at(-1);
  const beyond =
    longest !== undefined && longest !== choice
      ? ` ${span(longest.ttlSeconds)} would save ${percent(longest.savedPerHour, now.loadsPerHour)} of the loads.`
      : '';
  const unit = unitFor(now);
  return (
    `Take ${span(choice.ttlSeconds)}: it saves ${atLeast}${figure(choice.savedPerHour * unit.hours)} loads ` +
    `${unit.words}, and ${percent(choice.hitRate, 1)} of the look-ups are hits instead of ` +
    `${percent(now.hitRate, 1)}.${beyond} Risk: what is changed past the server, such as by hand in the database, ` +
    `is seen after ${span(choice.ttlSeconds + choice.staleWhileRevalidateSeconds)} at most, now after ` +
    `${span(now.ttlSeconds + now.staleWhileRevalidateSeconds)}; memory ${added === 0 ? 'stays as it is' : `+${bytes(added)}`}.${later}`
  );
}

/** Of a quiet shop by the day, of a busy one by the hour. */
function unitFor({ loadsPerHour }: TtlEstimate) {
  return loadsPerHour < 10
    ? { hours: 24, letter: 'day', words: 'a day' }
    : { hours: 1, letter: 'h', words: 'an hour' };
}

const reasons: Record<TtlRecommendation['reason'], string> = {
  chosen: '',
  'too-little': 'Too little was loaded to say anything.',
  'too-early': 'It is too early to judge any other time.',
  'no-gain': 'Keep it: a longer time saves less than a tenth of the loads, and of the misses.',
  'no-memory': `A longer time would save loads, but fills Redis beyond ${percent(targetMemoryShare, 1)} of its memory.`,
};
