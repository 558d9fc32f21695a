import type { Sink } from '../io.ts';

/** Shows the current activity. */
export type Progress = {
  show(text: string): void;
  clear(): void;
};

/** A line that is redrawn in place. Writes nothing unless the sink is a terminal. */
export function progressOn(sink: Sink): Progress {
  if (sink.isTTY !== true) return { show: () => {}, clear: () => {} };
  let shown = false;
  return {
    show(text) {
      const width = Math.max(20, (sink.columns || 80) - 1);
      sink.write(`\r\u001b[2K${text.slice(0, width)}`);
      shown = true;
    },
    clear() {
      if (shown) sink.write('\r\u001b[2K');
      shown = false;
    },
  };
}
