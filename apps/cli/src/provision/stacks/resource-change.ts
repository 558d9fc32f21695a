import type { Change } from '@aws-sdk/client-cloudformation';
import { reshardedBy } from '../data-loss/stateful-resources.ts';
import { changedProperties, type Template } from './template.ts';

/** One line of a diff. */
export type ResourceChange = {
  readonly action: 'add' | 'change' | 'replace' | 'remove';
  readonly logicalId: string;
  readonly type: string;
  /** Names of the changed properties, or of tags and metadata. */
  readonly changed: readonly string[];
  /** The changed properties that may cause a replacement. */
  readonly replacing: readonly string[];
};

/**
 * The changes in a change set. A conditional replacement counts as a replacement, unless only the number of shards
 * causes it and the update policy of the template changes shards in place.
 */
export function changesOf(changeSet: readonly Change[], after: Template): ResourceChange[] {
  return changeSet.flatMap(({ ResourceChange: change }): ResourceChange[] => {
    if (change === undefined) return [];
    const resource = after.Resources[change.LogicalResourceId ?? ''];
    const inPlace = resource === undefined ? [] : reshardedBy(resource);
    const details = change.Details ?? [];
    const named = (of: typeof details) => [
      ...new Set(of.map(({ Target: target }) => target?.Name ?? target?.Attribute ?? 'unknown')),
    ];
    const mayReplace = named(details.filter(({ Target: target }) => target?.RequiresRecreation !== 'Never'));
    const onlyInPlace = mayReplace.length > 0 && mayReplace.every((name) => inPlace.includes(name));
    const replaces = change.Replacement === 'True' || (change.Replacement === 'Conditional' && !onlyInPlace);
    return [
      {
        action: actionOf(change.Action, replaces),
        logicalId: change.LogicalResourceId ?? '',
        type: change.ResourceType ?? '',
        changed: named(details),
        replacing: replaces ? mayReplace : [],
      },
    ];
  });
}

function actionOf(action: string | undefined, replaces: boolean): ResourceChange['action'] {
  if (action === 'Add' || action === 'Import') return 'add';
  if (action === 'Remove') return 'remove';
  // CloudFormation decides "Dynamic" at execution: it may be a replacement.
  return replaces || action === 'Dynamic' ? 'replace' : 'change';
}

/** Changes between two templates, for stacks without a change set: new ones, and those that wait for another stack. */
export function changesByTemplates(before: Template, after: Template): ResourceChange[] {
  const none = { changed: [], replacing: [] };
  const removed = Object.entries(before.Resources)
    .filter(([logicalId]) => after.Resources[logicalId] === undefined)
    .map(([logicalId, { Type: type }]): ResourceChange => ({ action: 'remove', logicalId, type, ...none }));
  const others = Object.entries(after.Resources).flatMap(([logicalId, is]): ResourceChange[] => {
    const was = before.Resources[logicalId];
    if (was === undefined) return [{ action: 'add', logicalId, type: is.Type, ...none }];
    const changed = changedProperties(was, is);
    return changed.length === 0
      ? []
      : [{ action: 'change', logicalId, type: is.Type, changed, replacing: [] }];
  });
  return [...removed, ...others];
}
