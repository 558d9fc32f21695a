import { Failure } from '../../shared/user-error.ts';
import { changedProperties, type Template } from '../stacks/template.ts';

/** A step of a group to cluster mode that ElastiCache does not take. */
export type ClusterModeError = { readonly logicalId: string; readonly reason: string };

const group = 'AWS::ElastiCache::ReplicationGroup';
const order = ['disabled', 'compatible', 'enabled'];
/** What may change together with the mode (modify-cluster-mode in the user guide of ElastiCache). */
const goesWithIt = new Set(['ClusterMode', 'CacheParameterGroupName']);

/** What is wrong with how two templates lead to cluster mode: one step at a time, forward, and with nothing else. */
export function clusterModeErrors(before: Template, after: Template): ClusterModeError[] {
  return Object.entries(before.Resources).flatMap(([logicalId, was]): ClusterModeError[] => {
    const is = after.Resources[logicalId];
    if (was.Type !== group || is?.Type !== group) return [];
    const [from, to] = [modeOf(was.Properties), modeOf(is.Properties)];
    const reason = from === to ? null : stepError(from, to);
    if (reason !== null) return [{ logicalId, reason }];
    // A group that becomes compatible, is so, or ceases to be so.
    if (from !== 'compatible' && to !== 'compatible') return [];
    const others = changedProperties(was, is).filter((name) => !goesWithIt.has(name));
    return others.length === 0
      ? []
      : [
          {
            logicalId,
            reason: `beside the mode \`compatible\` nothing else may change: ${others.join(', ')}`,
          },
        ];
  });
}

function modeOf(properties: Readonly<Record<string, unknown>> | undefined): string {
  return String(properties?.['ClusterMode'] ?? 'disabled');
}

function stepError(from: string, to: string): string | null {
  const distance = order.indexOf(to) - order.indexOf(from);
  if (distance === 1) return null;
  return distance > 1
    ? `cluster mode goes from ${from} to compatible first, and processes follow before it is ${to}`
    : `cluster mode does not go back from ${from} to ${to}`;
}

/** Throws Failure. */
export function rejectClusterModeErrors(faults: readonly ClusterModeError[]): void {
  if (faults.length === 0) return;
  throw new Failure('cluster_mode_step', 'ElastiCache would not take this step, and nothing was changed.', {
    details: faults.map(({ logicalId, reason }) => `${logicalId}: ${reason}`),
    remediation: 'Take one step a time with `bookedbarber scale --cluster-mode`, and provision each.',
  });
}
