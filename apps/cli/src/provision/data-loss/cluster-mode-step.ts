import { Failure } from '../../shared/user-error.ts';
import { changedProperties, type Template } from '../stacks/template.ts';

/** A change of a group's cluster mode that ElastiCache rejects. */
export type ClusterModeError = { readonly logicalId: string; readonly reason: string };

const group = 'AWS::ElastiCache::ReplicationGroup';
const order = ['disabled', 'compatible', 'enabled'];
/** Properties that may change together with the mode (ElastiCache user guide, "modify-cluster-mode"). */
const allowedTogether = new Set(['ClusterMode', 'CacheParameterGroupName']);

/** Errors in a change of cluster mode between templates: it must advance one step at a time, without other changes. */
export function clusterModeErrors(before: Template, after: Template): ClusterModeError[] {
  return Object.entries(before.Resources).flatMap(([logicalId, was]): ClusterModeError[] => {
    const is = after.Resources[logicalId];
    if (was.Type !== group || is?.Type !== group) return [];
    const [from, to] = [modeOf(was.Properties), modeOf(is.Properties)];
    const reason = from === to ? null : stepError(from, to);
    if (reason !== null) return [{ logicalId, reason }];
    // The rule below applies to changes to, within and from the mode `compatible`.
    if (from !== 'compatible' && to !== 'compatible') return [];
    const others = changedProperties(was, is).filter((name) => !allowedTogether.has(name));
    return others.length === 0
      ? []
      : [
          {
            logicalId,
            reason: `in the mode \`compatible\` nothing else may change: ${others.join(', ')}`,
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
    ? `cluster mode must change from ${from} to compatible first; then redeploy the processes before it changes to ${to}`
    : `cluster mode cannot change back from ${from} to ${to}`;
}

/** Throws Failure if there are errors. */
export function rejectClusterModeErrors(errors: readonly ClusterModeError[]): void {
  if (errors.length === 0) return;
  throw new Failure('cluster_mode_step', 'ElastiCache does not allow this change. Nothing was changed.', {
    details: errors.map(({ logicalId, reason }) => `${logicalId}: ${reason}`),
    remediation:
      'Change one step at a time with `bookedbarber scale --cluster-mode`, and provision after each step.',
  });
}
