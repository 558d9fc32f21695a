import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Failure } from '../user-error.ts';

/** Prompts the user at the terminal. `hidden` turns off the echo. */
export type Prompt = (question: string, options?: { hidden?: boolean }) => Promise<string>;

/** Undefined when input or output is not a terminal. */
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
      throw new Failure('interrupted', 'The prompt was interrupted.', { cause: error });
    } finally {
      terminal.close();
      if (hidden) output.write('\n');
    }
  };
}
