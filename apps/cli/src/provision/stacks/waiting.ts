import type { CommandContext } from '../../shared/io.ts';
import { Failure } from '../../shared/user-error.ts';

/** Waits between two looks at AWS, until somebody wants the command to end. */
export type InterruptibleWait = {
  /** Throws Failure once the command is to end. */
  pause(ms: number): Promise<void>;
  /** Stops listening. */
  close(): void;
};

/** @param mend what to do when the command was ended early */
export function createInterruptibleWait(
  context: Pick<CommandContext, 'wait' | 'onInterrupt'>,
  remediation = 'What CloudFormation has begun goes on without it: repeat the command to see where it stands.',
): InterruptibleWait {
  const ended = new AbortController();
  const close = context.onInterrupt(() => ended.abort());
  return {
    async pause(ms) {
      if (!ended.signal.aborted) await context.wait(ms, ended.signal);
      if (ended.signal.aborted)
        throw new Failure('interrupted', 'The command was ended before it was done.', {
          remediation,
        });
    },
    close,
  };
}
