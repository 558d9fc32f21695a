import { findNodeType, type NodeType } from '../../facts/node-types.ts';
import { type Dimension, dimensions } from '../../sizing/fit.ts';
import { loadOf } from '../../sizing/load.ts';
import { inUnits } from '../../sizing/units.ts';
import type { Check } from '../plan.ts';

/** Checks that the node type can carry the load of the plan's business. */
export const sizeChecks: Check = function* (plan) {
  const node = findNodeType(plan.nodeType);
  if (node === undefined) return;
  const processes = { api: plan.clients.apiProcesses, workers: plan.clients.workerProcesses };
  const options = { shards: plan.shards, reservedPercent: plan.parameters.reservedMemoryPercent };
  for (const { name, need, allowed, fits } of dimensions(loadOf(plan.figures, processes), node, options))
    if (!fits && allowed !== null && name !== 'connections')
      yield {
        code: `node_too_small_${name}`,
        path: 'nodeType',
        message: `The business needs ${inUnits(name, need)} of ${name} including headroom; ${plan.nodeType} provides ${inUnits(name, allowed)}.`,
        remediation: remediationOf(name, node, Math.ceil((need / allowed) * plan.shards)),
      };
};

/** A larger node helps, except for CPU on a node that already sustains a full core. */
function remediationOf(name: Dimension['name'], node: NodeType, shards: number): string {
  return name === 'cpu' && node.burst === null
    ? `A larger node does not have a faster core: use ${shards} shards (cluster mode).`
    : `Use a larger node type, or ${shards} shards (cluster mode).`;
}
