import type { Sink } from '../io.ts';
import { clip } from './clip.ts';

/** A full-screen display that is redrawn in place. */
export type Screen = {
  draw(lines: readonly string[]): void;
  /** Restores the terminal. */
  close(): void;
};

/** Private modes of xterm: 1049 is the alternate screen, 25 the cursor. */
const open = '\u001b[?1049h\u001b[?25l';
const close = '\u001b[?25h\u001b[?1049l';
const home = '\u001b[H';
const clearLine = '\u001b[K';
const clearBelow = '\u001b[J';

/** Clips lines to the width. When there are more lines than rows, the last row shows how many are hidden. */
export function openScreen(sink: Sink): Screen {
  let isOpen = true;
  sink.write(open);
  return {
    draw(lines) {
      const columns = sink.columns || 80;
      const rows = sink.rows || 24;
      const shown =
        lines.length <= rows ? lines : [...lines.slice(0, rows - 1), hiddenRows(lines.length - rows + 1)];
      const frame = shown.map((line) => clip(line, columns) + clearLine).join('\r\n');
      sink.write(home + frame + clearBelow);
    },
    close() {
      if (isOpen) sink.write(close);
      isOpen = false;
    },
  };
}

function hiddenRows(hidden: number): string {
  return `… ${hidden} more lines: make the window taller, or use --once`;
}
