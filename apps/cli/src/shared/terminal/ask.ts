import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Asks the person at the terminal. With `hidden` nothing of the answer is shown. */
export type Prompt = (question: string, options?: { hidden?: boolean }) => Promise<string>;

/** Undefined where nobody sits at a terminal: then nothing is asked. */
export function promptOn(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Prompt | undefined {
  if (!input.isTTY || !output.isTTY) return undefined;
  return async (question, { hidden = false } = {}) => {
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    output.write(question);
    const terminal = createInterface({ input, output: hidden ? silent : output, terminal: true });
    try {
      return (await terminal.question('')).trim();
    } finally {
      terminal.close();
      if (hidden) output.write('\n');
    }
  };
}
