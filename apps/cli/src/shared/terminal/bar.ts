/** Draws a share (0 to 1) as a bar of `columns` characters, such as "██████░░░░". */
export function bar(share: number, columns: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * columns);
  return '█'.repeat(filled) + '░'.repeat(columns - filled);
}
