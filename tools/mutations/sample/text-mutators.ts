import ts from 'typescript';

type Change = { readonly start: number; readonly end: number; readonly replacement: string };

const sql = /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|WHERE|ORDER BY)\b/;
const lua = /\bredis\.p?call\(/;

/** Slips in SQL and Lua. A pattern finds whole tokens only. */
const changes: readonly (readonly [RegExp, string])[] = [
  [/(?<= )<=(?= )/g, '<'],
  [/(?<= )<(?= )/g, '<='],
  [/(?<= )>=(?= )/g, '>'],
  [/(?<= )>(?= )/g, '>='],
  [/(?<= )==(?= )/g, '~='],
  [/(?<= )~=(?= )/g, '=='],
  [/(?<= )\+(?= )/g, '-'],
  [/(?<= )-(?= )/g, '+'],
  [/\bAND\b/g, 'OR'],
  [/\band\b/g, 'or'],
  [/\bOR\b/g, 'AND'],
  [/\bNOT EXISTS\b/g, 'EXISTS'],
  [/\bIS NULL\b/g, 'IS NOT NULL'],
  [/\bIS NOT NULL\b/g, 'IS NULL'],
  [/\bDESC\b/g, 'ASC'],
  [/\bFOR UPDATE\b/g, ''],
  [/\bSKIP LOCKED\b/g, ''],
  [/\bleast\b/g, 'greatest'],
  [/\bgreatest\b/g, 'least'],
  [/\bmath\.min\b/g, 'math.max'],
  [/\bmath\.max\b/g, 'math.min'],
  [/\b[1-9]\d{0,8}\b(?!\.)(?=[^$\w]|$)/g, '7'],
];

/** Changes in the SQL or Lua of a string or of a part of a template. */
export function textMutants(node: ts.Node, tree: ts.SourceFile): Change[] {
  if (!ts.isStringLiteralLike(node) && !ts.isTemplateHead(node) && !ts.isTemplateMiddleOrTemplateTail(node))
    return [];
  if (!isProgram(node, tree)) return [];
  const offset = node.getStart(tree);
  const text = node.getText(tree);
  return changes.flatMap(([pattern, replacement]) =>
    [...text.matchAll(pattern)]
      .filter(({ index }) => !/[$:]$/.test(text.slice(0, index)))
      .map((match) => ({
        start: offset + match.index,
        end: offset + match.index + match[0].length,
        replacement: match[0] === replacement ? '3' : replacement,
      })),
  );
}

/** Whether the text, or the template around it, is SQL or Lua. */
function isProgram(node: ts.Node, tree: ts.SourceFile): boolean {
  const template = ts.isStringLiteralLike(node) ? node : ts.findAncestor(node, ts.isTemplateExpression);
  const text = template?.getText(tree) ?? '';
  return sql.test(text) || lua.test(text);
}
