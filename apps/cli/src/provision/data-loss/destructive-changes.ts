import type { ResourceChange } from '../stacks/resource-change.ts';
import { changedProperties, referencesIn, type Template } from '../stacks/template.ts';
import { isStateful, replacedBy, rewrittenBy } from './data-holders.ts';

/** Something with data in it that would be gone: replaced by an empty one, removed, or with something else in it. */
export type DestructiveChange = {
  readonly logicalId: string;
  readonly type: string;
  readonly how: 'replaced' | 'removed' | 'rewritten';
  /** Properties that cause it; empty for what is removed. */
  readonly because: readonly string[];
};

/**
 * What a change would lose, from both sources: what CloudFormation says of it, and the two templates by what is known of
 * each property. CloudFormation alone is not enough: it says "conditional" of what it cannot tell before it is done.
 */
export function destructiveChangesOf(
  before: Template,
  after: Template,
  changes: readonly ResourceChange[],
): DestructiveChange[] {
  const destructiveChanges = new Map<string, DestructiveChange>();
  for (const change of [
    ...destructiveChangesByTemplates(before, after),
    ...destructiveChangesByChangeSet(changes),
  ]) {
    const known = destructiveChanges.get(change.logicalId);
    const because = [...new Set([...(known?.because ?? []), ...change.because])];
    destructiveChanges.set(change.logicalId, { ...change, because });
  }
  return [...destructiveChanges.values()];
}

function destructiveChangesByChangeSet(changes: readonly ResourceChange[]): DestructiveChange[] {
  return changes.flatMap(({ action, logicalId, type, replacing }): DestructiveChange[] => {
    if (!isStateful(type) || (action !== 'remove' && action !== 'replace')) return [];
    return [{ logicalId, type, how: action === 'remove' ? 'removed' : 'replaced', because: replacing }];
  });
}

function destructiveChangesByTemplates(before: Template, after: Template): DestructiveChange[] {
  const replaced = replacedResources(before, after);
  return Object.entries(before.Resources).flatMap(([logicalId, was]): DestructiveChange[] => {
    const { Type: type } = was;
    const is = after.Resources[logicalId];
    if (!isStateful(type)) return [];
    if (is === undefined) return [{ logicalId, type, how: 'removed', because: [] }];
    const because = replaced.get(logicalId);
    if (because !== undefined) return [{ logicalId, type, how: 'replaced', because }];
    const changed = changedProperties(was, is);
    const rewriting = rewrittenBy(type).filter((name) => changed.includes(name));
    return rewriting.length === 0 ? [] : [{ logicalId, type, how: 'rewritten', because: rewriting }];
  });
}

/** What is made anew, with its causes; a name that comes from something made anew is a cause like a changed one. */
function replacedResources(before: Template, after: Template): Map<string, string[]> {
  const replaced = new Map<string, string[]>();
  for (let found = -1; found !== replaced.size; ) {
    found = replaced.size;
    for (const [logicalId, was] of Object.entries(before.Resources)) {
      const is = after.Resources[logicalId];
      if (is === undefined) continue;
      if (is.Type !== was.Type) {
        replaced.set(logicalId, ['Type']);
        continue;
      }
      const changed = new Set(changedProperties(was, is));
      const because = replacedBy(is).filter(
        (name) => changed.has(name) || referencesIn(is.Properties?.[name]).some((id) => replaced.has(id)),
      );
      if (because.length > 0) replaced.set(logicalId, because);
    }
  }
  return replaced;
}
