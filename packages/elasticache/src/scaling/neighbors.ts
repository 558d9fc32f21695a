import { findNodeType, type NodeType, nodeTypesBySize } from '../facts/node-types.ts';

/** A node, or null where none is known. */
type NodeOfGroup = { readonly node: NodeType | null };

/**
 * The next larger node, or undefined at the top of the ladder or when the node is not known. For want of CPU it is one
 * that does not live on credits: all T4g from small on have the same baseline.
 */
export function nextNode({ node }: NodeOfGroup, wantsCpu = false): string | undefined {
  if (node === null) return undefined;
  if (wantsCpu && node.burst !== null)
    return nodeTypesBySize.find((name) => findNodeType(name)?.burst === null);
  const on = nodeTypesBySize.indexOf(node.name);
  if (on >= 0) return nodeTypesBySize[on + 1];
  // A node beside the ladder, such as r7g.large: the first rung with more memory.
  return nodeTypesBySize.find((name) => (findNodeType(name)?.maxmemoryBytes ?? 0) > node.maxmemoryBytes);
}

/** The next smaller node, or undefined at the foot of the ladder or when the node is not known. */
export function previousNode({ node }: NodeOfGroup): string | undefined {
  if (node === null) return undefined;
  const on = nodeTypesBySize.indexOf(node.name);
  if (on >= 0) return nodeTypesBySize[on - 1];
  return nodeTypesBySize.findLast((name) => (findNodeType(name)?.maxmemoryBytes ?? 0) < node.maxmemoryBytes);
}
