/** A pattern of SCAN as the cache makes it: `*` for any text, and `\` before a character that stands for itself. */
export function globPattern(pattern: string): RegExp {
  const source = pattern.replace(/\\(.)|\*|[^*\\]+/gsu, (part: string, escaped?: string) =>
    part === '*' ? '.*' : (escaped ?? part).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'),
  );
  return new RegExp(`^${source}$`, 'su');
}
