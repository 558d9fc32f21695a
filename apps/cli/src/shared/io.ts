import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Environment, readEnvironment } from '../environment.ts';
import { type Prompt, promptOn } from './terminal/ask.ts';

/** The part of a writable stream that the command uses. */
export type Sink = { write(text: string): unknown; isTTY?: boolean; columns?: number; rows?: number };

/** Everything that a command uses outside itself. Tests pass their own. */
export type CommandContext = {
  environment: Environment;
  /** Relative paths and the search for `.data` start in this folder. */
  workingFolder: string;
  /** Root folder of the project that contains this command. */
  projectFolder: string;
  stdout: Sink;
  stderr: Sink;
  /** Reads standard input to its end. */
  readInput(): string;
  /** Undefined when standard input or standard error is not a terminal. */
  ask: Prompt | undefined;
  fetch: typeof fetch;
  nowMs(): number;
  /** Resolves after `ms`, or when the signal is aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls the listener on the first SIGINT (Ctrl-C), SIGTERM or SIGHUP. Returns a function that removes it. */
  onInterrupt(listener: () => void): () => void;
};

export function processContext(): CommandContext {
  return {
    environment: readEnvironment(),
    workingFolder: process.cwd(),
    projectFolder: fileURLToPath(new URL('../../../../', import.meta.url)),
    stdout: process.stdout,
    stderr: process.stderr,
    readInput: () => readFileSync(0, 'utf8'),
    ask: promptOn(process.stdin, process.stderr),
    fetch: globalThis.fetch,
    nowMs: () => Date.now(),
    wait: (ms, signal) => delay(ms, undefined, signal && { signal }).catch(() => {}),
    onInterrupt,
  };
}

const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function onInterrupt(listener: () => void): () => void {
  for (const name of interrupts) process.once(name, listener);
  return () => {
    for (const name of interrupts) process.off(name, listener);
  };
}
