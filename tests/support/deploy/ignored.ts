/**
 * Reads a .dockerignore file into a judge of paths, which are relative to the context: the last line that meets a path, or
 * a folder above it, decides. Known are `*`, `**` and a `!` in front.
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
