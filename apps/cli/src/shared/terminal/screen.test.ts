import { expect, test } from 'vitest';
import { openScreen } from './screen.ts';

function sinkOf(columns: number, rows: number) {
  const written: string[] = [];
  return { written, sink: { write: (text: string) => written.push(text), columns, rows } };
}

test('a frame replaces the previous one and clears the rest of each line', () => {
  const { sink, written } = sinkOf(20, 5);
  const screen = openScreen(sink);
  screen.draw(['one', 'two']);
  screen.draw(['1']);
  expect(written).toEqual([
    '\u001b[?1049h\u001b[?25l',
    '\u001b[Hone\u001b[K\r\ntwo\u001b[K\u001b[J',
    '\u001b[H1\u001b[K\u001b[J',
  ]);
});

test('a frame is clipped to the size of the terminal, also after a resize', () => {
  const { sink, written } = sinkOf(6, 3);
  const screen = openScreen(sink);
  screen.draw(['1234567', '2', '3', '4']);
  expect(written.at(-1)).toBe('\u001b[H12345…\u001b[K\r\n2\u001b[K\r\n… 2 m…\u001b[K\u001b[J');
  sink.columns = 80;
  sink.rows = 24;
  screen.draw(['1234567', '2', '3', '4']);
  expect(written.at(-1)).toContain('1234567');
});

test('the terminal is restored once', () => {
  const { sink, written } = sinkOf(20, 5);
  const screen = openScreen(sink);
  screen.close();
  screen.close();
  expect(written.slice(1)).toEqual(['\u001b[?25h\u001b[?1049l']);
});
