import ts from 'typescript';
import { textMutants } from './text-mutators.ts';

/** One small mistake in one source file: the text from `start` to `end` is replaced. Offsets are in UTF-16 units. */
export type Mutant = {
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly original: string;
  readonly replacement: string;
  /** The expression or statement that has to run for the mutant to have an effect. */
  readonly within: {
    readonly start: number;
    readonly end: number;
    readonly kind: 'expression' | 'statement';
  };
};

type Replace = (node: ts.Node, replacement: string) => void;

/** Names of properties, which can be numbers and strings. */
function isName(node: ts.Node): boolean {
  return ts.isPropertyAssignment(node.parent ?? node) && (node.parent as ts.PropertyAssignment).name === node;
}

/** Comparisons become their neighbor and their opposite; other operators become one that a slip could write. */
const operators = new Map<string, readonly string[]>(
  Object.entries({
    '<': ['<=', '>='],
    '<=': ['<', '>'],
    '>': ['>=', '<='],
    '>=': ['>', '<'],
    '===': ['!=='],
    '!==': ['==='],
    '+': ['-'],
    '-': ['+'],
    '*': ['/'],
    '/': ['*'],
    '%': ['*'],
    '&&': ['||'],
    '||': ['&&'],
    '+=': ['-='],
    '-=': ['+='],
  }),
);

/** Method calls whose removal or exchange leaves a program that still runs. */
const methods = new Map(
  Object.entries({
    min: 'max',
    max: 'min',
    some: 'every',
    every: 'some',
    floor: 'ceil',
    ceil: 'floor',
    startsWith: 'endsWith',
    endsWith: 'startsWith',
  }),
);
const removableMethods = new Set([
  'filter',
  'sort',
  'toSorted',
  'slice',
  'trim',
  'toLowerCase',
  'reverse',
  'concat',
]);

/** Calls that only inform a reader. A mistake in them is not one of behavior. */
const logging = /^(this\.#?)?(\w+\.)*#?(log|logger|console|process\.std(out|err))\b/;

/** All mutants of a source file. Texts for people are left alone, SQL and Lua are not. */
export function mutantsOf(file: string, source: string): Mutant[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true, scriptKind(file));
  const mutants: Mutant[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node)) return;
    if (ts.isTypeAliasDeclaration(node) || isName(node)) return;
    if (ts.isExpressionStatement(node) && logging.test(node.getText(tree))) return;
    const add = (start: number, end: number, replacement: string): void => {
      const within = enclosing(node);
      if (within === undefined) return;
      const line = tree.getLineAndCharacterOfPosition(start).line + 1;
      mutants.push({ file, line, start, end, original: source.slice(start, end), replacement, within });
    };
    const replace: Replace = (target, replacement) => add(target.getStart(tree), target.end, replacement);
    mutateExpression(node, replace, tree);
    mutateStatement(node, replace, tree);
    for (const { start, end, replacement } of textMutants(node, tree)) add(start, end, replacement);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return mutants;
}

function mutateExpression(node: ts.Node, replace: Replace, tree: ts.SourceFile): void {
  if (ts.isBinaryExpression(node)) {
    const operator = node.operatorToken.getText(tree);
    for (const other of operators.get(operator) ?? []) replace(node.operatorToken, other);
    if (operator === '??') replace(node, node.left.getText(tree));
  } else if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    replace(node, node.operand.getText(tree));
  } else if (ts.isNumericLiteral(node)) {
    replace(node, node.text === '0' ? '1' : `(${node.getText(tree)} * 2)`);
  } else if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword) {
    replace(node, node.kind === ts.SyntaxKind.TrueKeyword ? 'false' : 'true');
  } else if (ts.isConditionalExpression(node)) {
    replace(node.condition, 'true');
    replace(node.condition, 'false');
  } else if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { name, expression } = node.expression;
    const other = methods.get(name.text);
    if (other !== undefined) replace(name, other);
    if (removableMethods.has(name.text)) replace(node, expression.getText(tree));
  } else if (ts.isSpreadElement(node) && ts.isArrayLiteralExpression(node.parent)) {
    replace(node, '...[]');
  }
}

function mutateStatement(node: ts.Node, replace: Replace, tree: ts.SourceFile): void {
  if (ts.isIfStatement(node)) {
    replace(node.expression, 'true');
    replace(node.expression, 'false');
  } else if (ts.isExpressionStatement(node) && isRemovable(node.expression)) {
    replace(node, ';');
  } else if (
    ts.isReturnStatement(node) &&
    node.expression !== undefined &&
    ts.isAwaitExpression(node.expression)
  ) {
    replace(node.expression, node.expression.expression.getText(tree));
  } else if (ts.isContinueStatement(node) || ts.isBreakStatement(node)) {
    if (!ts.isCaseOrDefaultClause(node.parent)) replace(node, ';');
  }
}

/** Calls, assignments and increments, with or without `await`. */
function isRemovable(expression: ts.Expression): boolean {
  if (ts.isAwaitExpression(expression)) return isRemovable(expression.expression);
  if (ts.isCallExpression(expression)) return expression.expression.kind !== ts.SyntaxKind.SuperKeyword;
  if (ts.isBinaryExpression(expression)) {
    const { kind } = expression.operatorToken;
    return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
  }
  return ts.isPostfixUnaryExpression(expression) || ts.isPrefixUnaryExpression(expression);
}

/** The smallest statement in a block around the node, or the body of an arrow function without a block. */
function enclosing(node: ts.Node): Mutant['within'] | undefined {
  for (let at = node; at.parent !== undefined; at = at.parent) {
    const { parent } = at;
    if (ts.isArrowFunction(parent) && parent.body === at && !ts.isBlock(at))
      return { start: at.getStart(), end: at.end, kind: 'expression' };
    const inList = ts.isBlock(parent) || ts.isSourceFile(parent) || ts.isCaseOrDefaultClause(parent);
    if (inList && ts.isStatement(at)) return { start: at.getStart(), end: at.end, kind: 'statement' };
    // Class fields and default values of parameters run where the class or the function is used.
    if (ts.isPropertyDeclaration(at) && at.initializer !== undefined)
      return { start: at.initializer.getStart(), end: at.initializer.end, kind: 'expression' };
  }
  return undefined;
}

function scriptKind(file: string): ts.ScriptKind {
  return file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
}
