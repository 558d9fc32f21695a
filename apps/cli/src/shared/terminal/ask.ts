import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Failure } from '../user-error.ts';

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
    } catch (error) {
      // Ctrl-C or Ctrl-D, which readline reports as an AbortError.
      if (!(error instanceof Error && error.name === 'AbortError')) throw error;
      throw new Failure('interrupted', 'The command was interrupted at a question.', { cause: error });
    } finally {
      terminal.close();
      if (hidden) output.write('\n');
    }
  };
}
