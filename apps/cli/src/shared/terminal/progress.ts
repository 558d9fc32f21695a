import type { Sink } from '../io.ts';

/** Says what is going on while it goes on. */
export type Progress = {
  show(text: string): void;
  clear(): void;
};

/** One line that renews itself, on a terminal only: a pipe or a log file never sees it. */
export function progressOn(sink: Sink): Progress {
  if (sink.isTTY !== true) return { show: () => {}, clear: () => {} };
  let shown = false;
  return {
    show(text) {
      const room = Math.max(20, (sink.columns || 80) - 1);
      sink.write(`\r\u001b[2K${text.slice(0, room)}`);
      shown = true;
    },
    clear() {
      if (shown) sink.write('\r\u001b[2K');
      shown = false;
    },
  };
}
