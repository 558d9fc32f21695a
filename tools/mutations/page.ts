import type { Edit, Mutation, Rule } from './rule.ts';
import { ruleGroups } from './rules.ts';

export const pageFile = 'tools/mutations/README.md';

const head = `# The rules of the tier, and the tests that fail without them

The cache, the limits and the jobs stay correct by rules. Each is switched off here, in one way or in several, by a change
of the file that keeps it, and a test has to fail for it. \`npm run rules\` tries that in a copy of the sources, with real
servers: all in about ten minutes, \`npm run rules -- 20 26\` those two. This page is made from the same list
(\`tools/mutations\`) by \`npm run rules -- --page\`.

Beside the tests of single rules stand those of all together, under random faults: \`npm run soak -- cache\`, \`jobs\` and
\`limits\`.
`;

/** The page of the rules, whole. */
export function rulesPage(): string {
  return [head, ...ruleGroups.flatMap(({ name, rules }) => [`## ${name}`, ...rules.map(section)])].join('\n');
}

function section({ number, says, mutations }: Rule): string {
  return `**${number}.** ${says}\n\n${mutations.map(line).join('\n')}\n`;
}

function line({ off, edits, fails }: Mutation): string {
  return `- *${off}* (${filesOf(edits).join(', ')}). Fails: ${fails.test} (\`${fails.file}\`)`;
}

function filesOf(edits: readonly Edit[]): string[] {
  return [...new Set(edits.map(({ file }) => `\`${file}\``))];
}
