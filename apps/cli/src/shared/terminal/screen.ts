import type { Sink } from '../io.ts';
import { clip } from './clip.ts';

/** A picture that takes the whole terminal and is drawn anew in place. */
export type Screen = {
  draw(lines: readonly string[]): void;
  /** Gives the terminal back as it was. */
  close(): void;
};

/** Private modes of xterm: 1049 is the screen beside the usual one, 25 the cursor. */
const open = '\u001b[?1049h\u001b[?25l';
const close = '\u001b[?25h\u001b[?1049l';
const home = '\u001b[H';
const clearLine = '\u001b[K';
const clearBelow = '\u001b[J';

/** Lines that do not fit are cut; when there are too many of them, the last row says so. */
export function openScreen(sink: Sink): Screen {
  let isOpen = true;
  sink.write(open);
  return {
    draw(lines) {
      const columns = sink.columns || 80;
      const rows = sink.rows || 24;
      const shown =
        lines.length <= rows ? lines : [...lines.slice(0, rows - 1), tooFewRows(lines.length - rows + 1)];
      const picture = shown.map((line) => clip(line, columns) + clearLine).join('\r\n');
      sink.write(home + picture + clearBelow);
    },
    close() {
      if (isOpen) sink.write(close);
      isOpen = false;
    },
  };
}

function tooFewRows(hidden: number): string {
  return `… ${hidden} more lines: make the window taller, or use --once`;
}
