import type { Change } from '@aws-sdk/client-cloudformation';
import { reshardedBy } from '../data-loss/data-holders.ts';
import { changedProperties, type Template } from './template.ts';

/** One line of a diff. */
export type ResourceChange = {
  readonly action: 'add' | 'change' | 'replace' | 'remove';
  readonly logicalId: string;
  readonly type: string;
  /** Names of what changes: properties, or tags and metadata. */
  readonly changed: readonly string[];
  /** Those of them that may cause a replacement. */
  readonly replacing: readonly string[];
};

/**
 * What CloudFormation says of a change to a template. What may be replaced, or may not, counts as replaced; except where the
 * doubt is about shards alone, and the template says that they are to come and go in place.
 */
export function changesOf(said: readonly Change[], after: Template): ResourceChange[] {
  return said.flatMap(({ ResourceChange: change }): ResourceChange[] => {
    if (change === undefined) return [];
    const resource = after.Resources[change.LogicalResourceId ?? ''];
    const inPlace = resource === undefined ? [] : reshardedBy(resource);
    const details = change.Details ?? [];
    const named = (of: typeof details) => [
      ...new Set(of.map(({ Target: target }) => target?.Name ?? target?.Attribute ?? 'something')),
    ];
    const doubtful = named(details.filter(({ Target: target }) => target?.RequiresRecreation !== 'Never'));
    const isSettled = doubtful.length > 0 && doubtful.every((name) => inPlace.includes(name));
    const replaces = change.Replacement === 'True' || (change.Replacement === 'Conditional' && !isSettled);
    return [
      {
        action: actionOf(change.Action, replaces),
        logicalId: change.LogicalResourceId ?? '',
        type: change.ResourceType ?? '',
        changed: named(details),
        replacing: replaces ? doubtful : [],
      },
    ];
  });
}

function actionOf(action: string | undefined, replaces: boolean): ResourceChange['action'] {
  if (action === 'Add' || action === 'Import') return 'add';
  if (action === 'Remove') return 'remove';
  // "Dynamic" is decided while it is done: nobody can promise that it is no replacement.
  return replaces || action === 'Dynamic' ? 'replace' : 'change';
}

/** What two templates say, for a stack that CloudFormation cannot look at yet: one that is new, or waits for another. */
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
