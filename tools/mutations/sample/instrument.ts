import ts from 'typescript';
import type { Mutant } from './mutators.ts';

/** A position in a source file and the text to insert there. */
type Insertion = { readonly at: number; readonly text: string };

/**
 * Inserts calls that record which numbers a test reaches: for each mutant at its statement, and for each number of
 * `everyFunction` at the start of every function. Line numbers do not change.
 */
export function instrument(
  file: string,
  source: string,
  mutants: readonly (readonly [number: number, mutant: Mutant])[],
  everyFunction: readonly number[],
  recorderUrl: string,
): string {
  const insertions = mutants.flatMap(([number, { within }]) => around(number, within));
  if (everyFunction.length > 0)
    insertions.push(
      ...functionBodies(file, source).map((at) => ({ at, text: everyFunction.map(call).join('') })),
    );
  const parts: string[] = [];
  let from = 0;
  for (const { at, text } of insertions.sort((a, b) => a.at - b.at)) {
    parts.push(source.slice(from, at), text);
    from = at;
  }
  parts.push(source.slice(from));
  return `import { reached as recordReached } from ${JSON.stringify(recorderUrl)}; ${parts.join('')}`;
}

const call = (number: number): string => `recordReached(${number});`;

function around(number: number, { start, end, kind }: Mutant['within']): Insertion[] {
  if (kind === 'statement') return [{ at: start, text: call(number) }];
  return [
    { at: start, text: `(recordReached(${number}), ` },
    { at: end, text: ')' },
  ];
}

/** The positions after the opening braces of all functions, methods and constructors. */
function functionBodies(file: string, source: string): number[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const positions: number[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const body = node.body as ts.Node;
      // A constructor of a subclass may not use `this` before super(), which a plain call does not.
      if (ts.isBlock(body)) positions.push(body.getStart(tree) + 1);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return positions;
}

export function hasFunctions(file: string, source: string): boolean {
  return functionBodies(file, source).length > 0;
}

/** Whether the mutant runs when its module is loaded, and not in a function. */
export function runsOnLoad(source: string, { file, within }: Mutant): boolean {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  let inFunction = false;
  const visit = (node: ts.Node): void => {
    if (node.getStart(tree) > within.start || node.end < within.end) return;
    if (ts.isFunctionLike(node) && node.getStart(tree) < within.start) inFunction = true;
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return !inFunction;
}
