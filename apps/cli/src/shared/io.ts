import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Environment, readEnvironment } from '../environment.ts';
import { type Prompt, promptOn } from './terminal/ask.ts';

/** Where text goes: the part of a stream that the command uses. */
export type Sink = { write(text: string): unknown; isTTY?: boolean; columns?: number; rows?: number };

/** All that a verb touches outside of itself, so that a test can hand in its own. */
export type CommandContext = {
  environment: Environment;
  /** Folder the command was called in; relative paths and the search for `.data` begin here. */
  workingFolder: string;
  /** Folder of the project that this command was installed from. */
  projectFolder: string;
  stdout: Sink;
  stderr: Sink;
  /** All of standard input. */
  readInput(): string;
  /** Undefined where nobody sits at a terminal. */
  ask: Prompt | undefined;
  fetch: typeof fetch;
  nowMs(): number;
  /** Resolves after that time, or as soon as the signal is aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** Hears once that the person (Ctrl-C) or the system wants the command to end; returns how to stop listening. */
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
