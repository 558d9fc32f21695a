/**
 * Parses a .dockerignore file into a predicate for paths relative to the context. The last line that matches a path
 * or one of its parent folders decides. Supports `*`, `**` and a leading `!`.
 */
export function readIgnored(source: string): (path: string) => boolean {
  const rules = source
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ out: !line.startsWith('!'), pattern: patternOf(line.replace(/^!/, '')) }));
  return (path) => path !== '' && (rules.findLast(({ pattern }) => pattern.test(path))?.out ?? false);
}

function patternOf(glob: string): RegExp {
  const parts = glob.split(/(\*\*\/|\*)/).map((part) => {
    if (part === '**/') return '(?:.*/)?';
    return part === '*' ? '[^/]*' : part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}(?:/.*)?$`);
}
