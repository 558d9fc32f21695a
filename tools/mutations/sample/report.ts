import type { Trial } from './trial.ts';

/** The ratios of all mutants and of each folder of sources, and the survivors. */
export function reportLines(trials: readonly Trial[]): string[] {
  const areas = new Map<string, Trial[]>();
  for (const trial of trials) {
    const area = areaOf(trial.mutant.file);
    areas.set(area, [...(areas.get(area) ?? []), trial]);
  }
  const survivors = trials.filter(({ result }) => result !== 'killed');
  return [
    `${ratio(trials)} killed`,
    ...[...areas].sort(([a], [b]) => a.localeCompare(b)).map(([area, some]) => `  ${area}: ${ratio(some)}`),
    ...(survivors.length === 0 ? [] : ['', 'Survivors:']),
    ...survivors.map(
      ({ mutant: { file, line, original, replacement }, result, files }) =>
        `  ${file}:${line}  ${shortened(original)} → ${shortened(replacement)}  (${
          result === 'survived' ? `${files} test files passed` : result
        })`,
    ),
  ];
}

/** A package, or a folder of an app. */
function areaOf(file: string): string {
  const [part, name, , inside] = file.split('/');
  return part === 'packages' || inside === undefined ? `${part}/${name}` : `${part}/${name}/${inside}`;
}

function ratio(trials: readonly Trial[]): string {
  const killed = trials.filter(({ result }) => result === 'killed').length;
  return `${killed} of ${trials.length} (${Math.round((100 * killed) / trials.length)} %)`;
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
