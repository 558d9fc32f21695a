import type { ResourceChange } from '../stacks/resource-change.ts';
import { changedProperties, referencesIn, type Template } from '../stacks/template.ts';
import { isStateful, replacedBy, rewrittenBy } from './stateful-resources.ts';

/** A change that loses data: the resource is replaced by an empty one, removed, or its value is overwritten. */
export type DestructiveChange = {
  readonly logicalId: string;
  readonly type: string;
  readonly how: 'replaced' | 'removed' | 'rewritten';
  /** Properties that cause it; empty for a removed resource. */
  readonly because: readonly string[];
};

/**
 * Destructive changes from two sources: the change set of CloudFormation, and a comparison of both templates by the
 * known properties. The change set alone is not enough: it reports "Conditional" for replacements decided at execution.
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

/** Replaced resources with the causes. A property that references a replaced resource counts as changed. */
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
