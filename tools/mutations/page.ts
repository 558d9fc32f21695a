import type { Edit, Mutation, Rule } from './rule.ts';
import { ruleGroups } from './rules.ts';

export const pageFile = 'tools/mutations/README.md';

const head = `# Mutation tests

\`npm run mutants\` plants random mistakes in copies of the sources, one at a time, runs the test files that reach each,
and prints the share that the tests detect, with the survivors. \`--seed\` and \`--count\` choose the mistakes, \`--path\`
the sources. A survivor is behavior that no test checks, or code without effect.

## The rules of the tier

The correctness of the cache, the limits and the jobs depends on the rules below. Each mutation breaks one rule by changing
a source file, and the named test has to fail. \`npm run rules\` applies every mutation to a copy of the sources and runs its
test with real servers, in about ten minutes. \`npm run rules -- 20 26\` runs only these two rules.

\`npm run rules -- --page\` generates this page from the lists in \`tools/mutations\`.

The soak tests check all rules together under random faults: \`npm run soak -- cache\`, \`jobs\` and \`limits\`.
`;

/** The content of the page. */
export function rulesPage(): string {
  return [head, ...ruleGroups.flatMap(({ name, rules }) => [`### ${name}`, ...rules.map(section)])].join(
    '\n',
  );
}

function section({ number, description, mutations }: Rule): string {
  return `**${number}.** ${description}\n\n${mutations.map(line).join('\n')}\n`;
}

function line({ off, edits, fails }: Mutation): string {
  return `- *${off}* (${filesOf(edits).join(', ')}). Fails: ${fails.test} (\`${fails.file}\`)`;
}

function filesOf(edits: readonly Edit[]): string[] {
  return [...new Set(edits.map(({ file }) => `\`${file}\``))];
}
