import type { Paint } from '../shared/terminal/paint.ts';
import { counted } from '../shared/terminal/words.ts';
import { costLines, costsOf } from './costs/cost-lines.ts';
import { formatDestructiveChange } from './data-loss/refuse-destructive-changes.ts';
import type { Deployment } from './deployment-file.ts';
import type { ResourceChange } from './stacks/resource-change.ts';
import type { StackDiff } from './stacks/stack-diff.ts';

const kinds = { new: 'is new', changed: 'changes', same: 'is unchanged' } as const;

/** All stacks with their changes, the destructive changes, and the monthly cost. */
export function diffLines(diffs: readonly StackDiff[], deployment: Deployment, paint: Paint): string[] {
  const destructiveChanges = diffs.flatMap((diff) => diff.destructiveChanges);
  return [
    ...diffs.flatMap((diff) => stackLines(diff, paint)),
    ...(destructiveChanges.length === 0
      ? []
      : [
          '',
          paint.bad('Destructive changes'),
          ...destructiveChanges.flatMap(formatDestructiveChange).map(indented),
        ]),
    '',
    ...costLines(costsOf(diffs, deployment), paint),
  ];
}

function stackLines({ stack, kind, changes }: StackDiff, paint: Paint): string[] {
  const head = `${paint.heading(stack.name)} ${kinds[kind]}`;
  if (kind === 'same') return [head];
  if (changes.length === 0) return [`${head}: outputs only`];
  return [
    `${head}: ${counted(changes.length, 'resource')}`,
    ...changes.map((change) => changeLine(change, paint)),
  ];
}

/** Shows the names of properties, not their values: a value may be a secret. */
function changeLine({ action, logicalId, type, changed }: ResourceChange, paint: Paint): string {
  const what = `${logicalId} (${type})${changed.length === 0 ? '' : `: ${changed.join(', ')}`}`;
  if (action === 'add') return paint.good(`  + ${what}`);
  if (action === 'remove') return paint.bad(`  - ${what}`);
  if (action === 'replace') return paint.warning(`  ± ${what}, replaced`);
  return `  ~ ${what}`;
}

const indented = (line: string) => `  ${line}`;
