import { findNodeType, type NodeType, nodeTypesBySize } from '../facts/node-types.ts';

/** Null if the node type is unknown. */
type NodeOfGroup = { readonly node: NodeType | null };

/**
 * The next larger recommended node type, or undefined if there is none or the node is unknown. With `needsCpu`,
 * burstable node types are skipped, because T4g small and medium have the same CPU baseline.
 */
export function nextNode({ node }: NodeOfGroup, needsCpu = false): string | undefined {
  if (node === null) return undefined;
  if (needsCpu && node.burst !== null)
    return nodeTypesBySize.find((name) => findNodeType(name)?.burst === null);
  const index = nodeTypesBySize.indexOf(node.name);
  if (index >= 0) return nodeTypesBySize[index + 1];
  // For other node types, such as r7g.large: the first recommended one with more memory.
  return nodeTypesBySize.find((name) => (findNodeType(name)?.maxmemoryBytes ?? 0) > node.maxmemoryBytes);
}

/** The next smaller recommended node type, or undefined if there is none or the node is unknown. */
export function previousNode({ node }: NodeOfGroup): string | undefined {
  if (node === null) return undefined;
  const index = nodeTypesBySize.indexOf(node.name);
  if (index >= 0) return nodeTypesBySize[index - 1];
  return nodeTypesBySize.findLast((name) => (findNodeType(name)?.maxmemoryBytes ?? 0) < node.maxmemoryBytes);
}
