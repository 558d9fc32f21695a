import type { CommandContext } from '../../shared/io.ts';
import { Failure } from '../../shared/user-error.ts';

/** Pauses between polls that an interrupt signal ends. */
export type InterruptibleWait = {
  /** Waits. Throws Failure after an interrupt. */
  pause(ms: number): Promise<void>;
  /** Stops listening for interrupts. */
  close(): void;
};

/** @param remediation shown if the command is interrupted */
export function createInterruptibleWait(
  context: Pick<CommandContext, 'wait' | 'onInterrupt'>,
  remediation = 'CloudFormation continues the operation. Repeat the command to see the status.',
): InterruptibleWait {
  const interrupt = new AbortController();
  const close = context.onInterrupt(() => interrupt.abort());
  return {
    async pause(ms) {
      if (!interrupt.signal.aborted) await context.wait(ms, interrupt.signal);
      if (interrupt.signal.aborted)
        throw new Failure('interrupted', 'The command was interrupted.', {
          remediation,
        });
    },
    close,
  };
}
