/** The processes that read and write, one of which may be killed or frozen at any time; a dead one is followed by another. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { until } from '../until.ts';
import type { FleetProcessConfig, FromProcess, ToProcess } from './messages.ts';
import type { Random } from './random.ts';
import type { Fault, TestServers } from './stage.ts';
import type { SourceOfTruth } from './truth.ts';

/** How the processes are started. Default: the program beside this module, by the Node that runs now. */
export type FleetProgram = { readonly file: string; readonly execArgv: readonly string[] };

export const defaultFleetProgram: FleetProgram = {
  // The same ending as this module's: built or not.
  file: fileURLToPath(import.meta.url).replace(/fleet(\.[jt]s)$/, 'member-process$1'),
  execArgv: [],
};

export type FleetOptions = {
  readonly program: FleetProgram;
  readonly stage: TestServers;
  readonly sourceOfTruth: SourceOfTruth;
  readonly size: number;
  readonly order: Omit<FleetProcessConfig, 'name' | 'seed' | 'at'>;
  readonly random: Random;
  readonly onQuietLoad: (member: string, beganMs: number) => void;
};

type Incarnation = { readonly name: string; readonly child: ChildProcess };

/** A frozen process for longer than the local tier's bound, now and then, in ms. */
const maxFreezeMs = 4000;

export class Fleet {
  readonly #options: FleetOptions;
  /** All that were started and have not ended, and those of them that work. */
  readonly #born = new Set<Incarnation>();
  readonly #living = new Set<Incarnation>();
  #count = 0;
  #ending = false;
  /** Why a process ended that nobody had killed. */
  broken: string | undefined;
  failedLoads = 0;
  readonly #endWithUs = (): void => {
    for (const { child } of this.#born) child.kill('SIGKILL');
  };

  constructor(options: FleetOptions) {
    this.#options = options;
    process.on('exit', this.#endWithUs);
  }

  async start(): Promise<void> {
    await Promise.all(Array.from({ length: this.#options.size }, () => this.#bear()));
  }

  get faults(): Readonly<Record<string, Fault>> {
    return {
      /** With whatever leases it holds and whatever it had committed and not yet invalidated. Another one is on its way. */
      'kill-member': async (random) => {
        if (this.#living.size < this.#options.size) return;
        const victim = random.pick([...this.#living]);
        this.#living.delete(victim);
        const exited = once(victim.child, 'exit');
        victim.child.kill('SIGKILL');
        await exited;
        void this.#bear().catch((error: unknown) => {
          this.broken ??= error instanceof Error ? error.message : String(error);
        });
      },
      'stop-member': async (random) => {
        const { child } = random.pick([...this.#living]);
        child.kill('SIGSTOP');
        await delay(random.next() * maxFreezeMs);
        child.kill('SIGCONT');
      },
    };
  }

  tellAll(message: ToProcess): void {
    for (const { child } of this.#born) send(child, message);
  }

  /** All finish what they are at, and tell the rest of what they have read. */
  async end(): Promise<void> {
    this.#ending = true;
    const ended = [...this.#born].map(({ child }) => once(child, 'exit'));
    this.tellAll({ type: 'end' });
    const late = delay(10_000, undefined, { ref: false });
    await Promise.race([Promise.all(ended), late]);
    this.#endWithUs();
    await Promise.all(ended);
    process.off('exit', this.#endWithUs);
  }

  async #bear(): Promise<void> {
    const { program, stage, order, random } = this.#options;
    this.#count += 1;
    const name = `process-${this.#count}`;
    const seed = random.below(2 ** 31);
    const at = await stage.join();
    const child = fork(program.file, {
      execArgv: [...program.execArgv],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const one = { name, child };
    this.#born.add(one);
    let ready = false;
    child.on('message', (message: FromProcess) => {
      if (message.type === 'ready') {
        ready = true;
        this.#living.add(one);
      } else this.#hear(one, message);
    });
    child.on('exit', (code, signal) => {
      this.#born.delete(one);
      if ((!ready || this.#living.delete(one)) && code !== 0 && !this.#ending)
        this.broken ??= `${name} ended with ${code ?? signal}`;
    });
    send(child, { type: 'begin', order: { ...order, name, seed, at } });
    await until(`${name} works`, () => ready || this.#ending || this.broken !== undefined);
  }

  #hear({ name, child }: Incarnation, message: FromProcess): void {
    const { sourceOfTruth, order, onQuietLoad } = this.#options;
    switch (message.type) {
      case 'read-truth':
        send(child, { type: 'sourceOfTruth', id: message.id, version: sourceOfTruth.version(message.key) });
        break;
      case 'commit': {
        const { id, key, tags } = message;
        send(child, { type: 'committed', id, ...sourceOfTruth.commit(key, order.namespace, tags, name) });
        break;
      }
      case 'called':
        sourceOfTruth.called(message.row, message.ms);
        break;
      case 'acked':
        sourceOfTruth.acked(message.row, message.ms);
        break;
      case 'ask-pending':
        send(child, { type: 'pending', id: message.id, rows: sourceOfTruth.pending() });
        break;
      case 'reads':
        this.failedLoads += message.failed;
        sourceOfTruth.hear(message.reads);
        break;
      case 'quiet-load':
        onQuietLoad(name, message.beganMs);
        break;
      case 'broken':
        this.broken ??= `${name}: ${message.error}`;
        break;
      case 'ready':
        break;
    }
  }
}

function send(child: ChildProcess, message: ToProcess): void {
  if (child.connected) child.send(message, () => {});
}
