import type { CacheTuning, PolicyTuning } from '@bookedbarber/contract';
import type { Paint } from '../shared/terminal/paint.ts';
import { table } from '../shared/terminal/table.ts';
import { bytes, counted, figure, percent, span, wrap } from '../shared/terminal/words.ts';
import { targetMemoryShare } from './assess-all.ts';
import { addedBytes, entriesOf, type TtlEstimate, type TtlRecommendation } from './assess-ttls.ts';

/** The recommendation for each policy and the resulting settings, as terminal output. */
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
  if (settings.length === 0) return [...lines, 'No TTL change is recommended for the measured time.'];
  const text =
    'Set these and restart the processes. Changes made through the server are visible immediately with any TTL, because ' +
    'the server invalidates the cache. Each restart resets the measurement.';
  return [
    ...lines,
    paint.heading('Settings'),
    ...settings.map((line) => `  ${line}`),
    '',
    ...wrap(text, '', columns),
  ];
}

/** Environment settings for the recommended TTLs. */
export function settingsOf(recommendations: readonly TtlRecommendation[]): string[] {
  return recommendations.flatMap(({ variable, recommended }) =>
    recommended === null ? [] : [`${variable}=${recommended.ttlSeconds}`],
  );
}

function policyLines(
  policy: PolicyTuning,
  recommendation: TtlRecommendation,
  columns: number,
  paint: Paint,
): string[] {
  const heading = `${paint.heading(policy.policy)}  ${policy.variable}=${policy.ttl_seconds}`;
  const withHeading = (text: string): string[] =>
    columns < 72 ? [heading, `  ${text}`] : [`${heading}  ${text}`];
  const entries = entriesOf(policy);
  if (entries === 0) return withHeading(paint.quiet('no entry loaded yet'));
  const { first, invalidated: changed, expired, uncached } = policy.entries;
  const causes = [
    `${percent(expired, entries)} after expiry`,
    `${percent(changed, entries)} after a change`,
    `${percent(first, entries)} for the first time`,
    ...(uncached > 0 ? [`${percent(uncached, entries)} without Redis`] : []),
  ];
  const where = policy.processes > 1 ? ` in ${counted(policy.processes, 'process', 'processes')}` : '';
  return [
    ...withHeading(`measured for ${span(policy.measured_seconds)}${where}`),
    ...wrap(
      `${counted(policy.lookups, 'lookup')}, ${counted(policy.loads, 'load')}; loaded: ${causes.join(', ')}.`,
      '  ',
      columns,
    ),
    ...(recommendation.options.length > 0 && recommendation.reason !== 'too-little'
      ? ttlTable(recommendation, columns, paint)
      : []),
    ...wrap(conclusion(policy, recommendation), '  ', columns),
  ];
}

function ttlTable({ now, options, recommended }: TtlRecommendation, columns: number, paint: Paint): string[] {
  const unit = unitFor(now);
  const visible = [
    { title: '', from: 0, cell: (it: TtlEstimate) => (it === recommended ? paint.good('>') : '') },
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
    visible.map(({ title }, index) => ({
      title,
      align: index === 0 ? ('left' as const) : ('right' as const),
    })),
    [now, ...options].map((row) => visible.map(({ cell }) => cell(row))),
  );
}

function conclusion(
  policy: PolicyTuning,
  { now, recommended, reason, missingSeconds, options }: TtlRecommendation,
): string {
  const [shortestMissing] = missingSeconds;
  const unmeasured =
    shortestMissing === undefined
      ? ''
      : ` TTLs of ${span(shortestMissing)} or longer need a longer measurement.`;
  if (recommended === null) return `${reasons[reason]}${unmeasured}`;
  const isFull = policy.distinct_entries >= policy.tracked_entries_limit * Math.max(1, policy.processes);
  const atLeast = policy.processes > 1 || isFull ? 'at least ' : '';
  const added = addedBytes(now, recommended);
  const longest = options.at(-1);
  const beyond =
    longest !== undefined && longest !== recommended
      ? ` ${span(longest.ttlSeconds)} would save ${percent(longest.savedPerHour, now.loadsPerHour)} of the loads.`
      : '';
  const unit = unitFor(now);
  return (
    `Set ${span(recommended.ttlSeconds)}: it saves ${atLeast}${figure(recommended.savedPerHour * unit.hours)} loads ` +
    `${unit.words}, and raises the hit rate from ${percent(now.hitRate, 1)} to ` +
    `${percent(recommended.hitRate, 1)}.${beyond} Risk: changes that bypass the server, such as manual database ` +
    `updates, become visible after up to ${span(recommended.ttlSeconds + recommended.staleWhileRevalidateSeconds)} instead of ` +
    `${span(now.ttlSeconds + now.staleWhileRevalidateSeconds)}; memory ${added === 0 ? 'unchanged' : `+${bytes(added)}`}.${unmeasured}`
  );
}

/** Low rates are shown per day, others per hour. */
function unitFor({ loadsPerHour }: TtlEstimate) {
  return loadsPerHour < 10
    ? { hours: 24, letter: 'day', words: 'a day' }
    : { hours: 1, letter: 'h', words: 'an hour' };
}

const reasons: Record<TtlRecommendation['reason'], string> = {
  chosen: '',
  'too-little': 'Too few entries were loaded for a recommendation.',
  'too-early': 'The measured time is too short to assess a longer TTL.',
  'no-gain': 'Keep this TTL: a longer one saves less than 10 % of the loads and of the misses.',
  'no-memory': `A longer TTL would save loads, but fill Redis beyond ${percent(targetMemoryShare, 1)} of its memory.`,
};
