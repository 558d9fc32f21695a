import { findNodeType, type NodeType } from '../../facts/node-types.ts';
import { type Dimension, dimensions } from '../../sizing/fit.ts';
import { loadOf } from '../../sizing/load.ts';
import { inUnits } from '../../sizing/units.ts';
import type { Check } from '../plan.ts';

/** Whether the node bears the business that the plan is for. */
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
        message: `The business needs ${inUnits(name, need)} of ${name} with head-room; ${plan.nodeType} has ${inUnits(name, allowed)} to give.`,
        remediation: remediationOf(name, node, Math.ceil((need / allowed) * plan.shards)),
      };
};

/** A larger node helps, except with commands on a core that is a whole one already. */
function remediationOf(name: Dimension['name'], node: NodeType, shards: number): string {
  return name === 'cpu' && node.burst === null
    ? `A larger node has no faster core: share it out with ${shards} shards (cluster mode).`
    : `Take a larger node, or ${shards} shards (cluster mode).`;
}
