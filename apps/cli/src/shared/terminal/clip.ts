/** Control sequences, such as colors: ECMA-48 5.4. */
const introducer = '\u001b[';
const restOfSequence = /[0-9;?]*[ -/]*[@-~]/y;

/** Shortens a line to `columns` characters, ending in "…". Resets colors that the cut would leave open. */
export function clip(line: string, columns: number): string {
  let width = 0;
  let colored = false;
  let fits = 0;
  for (let at = 0; at < line.length; ) {
    const sequence = sequenceAt(line, at);
    if (sequence > 0) {
      colored = true;
      at += sequence;
      continue;
    }
    const character = String.fromCodePoint(line.codePointAt(at) ?? 0);
    width += 1;
    if (width > columns) return `${line.slice(0, fits)}…${colored ? '\u001b[0m' : ''}`;
    at += character.length;
    if (width < columns) fits = at;
  }
  return line;
}

/** Length of the control sequence that starts at `at`; 0 if there is none. */
function sequenceAt(line: string, at: number): number {
  if (!line.startsWith(introducer, at)) return 0;
  restOfSequence.lastIndex = at + introducer.length;
  const rest = restOfSequence.exec(line);
  return rest === null ? 0 : introducer.length + rest[0].length;
}
