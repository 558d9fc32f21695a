/** The processes that read and write. Any of them may be killed or frozen at any time; a killed one is replaced. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { until } from '../until.ts';
import type { FleetProcessConfig, FromProcess, ToProcess } from './messages.ts';
import type { Random } from './random.ts';
import type { Fault, TestServers } from './stage.ts';
import type { SourceOfTruth } from './truth.ts';

/** How the processes are started. Default: the program next to this module, with the current Node. */
export type FleetProgram = { readonly file: string; readonly execArgv: readonly string[] };

export const defaultFleetProgram: FleetProgram = {
  // The same extension as this module's: built or not.
  file: fileURLToPath(import.meta.url).replace(/fleet(\.[jt]s)$/, 'member-process$1'),
  execArgv: [],
};

export type FleetOptions = {
  readonly program: FleetProgram;
  readonly stage: TestServers;
  readonly sourceOfTruth: SourceOfTruth;
  readonly size: number;
  readonly config: Omit<FleetProcessConfig, 'name' | 'seed' | 'at'>;
  readonly random: Random;
  readonly onQuietLoad: (member: string, beganMs: number) => void;
};

type Member = { readonly name: string; readonly child: ChildProcess };

/** Longest freeze of a process, in ms: sometimes longer than the local tier's bound. */
const maxFreezeMs = 4000;

export class Fleet {
  readonly #options: FleetOptions;
  /** All processes that have not exited, and those of them that are ready. */
  readonly #started = new Set<Member>();
  readonly #ready = new Set<Member>();
  #count = 0;
  #ending = false;
  /** Why a process exited without having been killed. */
  broken: string | undefined;
  failedLoads = 0;
  readonly #killAll = (): void => {
    for (const { child } of this.#started) child.kill('SIGKILL');
  };

  constructor(options: FleetOptions) {
    this.#options = options;
    process.on('exit', this.#killAll);
  }

  async start(): Promise<void> {
    await Promise.all(Array.from({ length: this.#options.size }, () => this.#startMember()));
  }

  get faults(): Readonly<Record<string, Fault>> {
    return {
      /** Its leases stay held, and committed changes may stay without invalidation. A new process replaces it. */
      'kill-member': async (random) => {
        if (this.#ready.size < this.#options.size) return;
        const victim = random.pick([...this.#ready]);
        this.#ready.delete(victim);
        const exited = once(victim.child, 'exit');
        victim.child.kill('SIGKILL');
        await exited;
        void this.#startMember().catch((error: unknown) => {
          this.broken ??= error instanceof Error ? error.message : String(error);
        });
      },
      'stop-member': async (random) => {
        const { child } = random.pick([...this.#ready]);
        child.kill('SIGSTOP');
        await delay(random.next() * maxFreezeMs);
        child.kill('SIGCONT');
      },
    };
  }

  broadcast(message: ToProcess): void {
    for (const { child } of this.#started) send(child, message);
  }

  /** All processes finish their current work, report their remaining reads, and exit. */
  async end(): Promise<void> {
    this.#ending = true;
    const ended = [...this.#started].map(({ child }) => once(child, 'exit'));
    this.broadcast({ type: 'end' });
    const late = delay(10_000, undefined, { ref: false });
    await Promise.race([Promise.all(ended), late]);
    this.#killAll();
    await Promise.all(ended);
    process.off('exit', this.#killAll);
  }

  async #startMember(): Promise<void> {
    const { program, stage, config, random } = this.#options;
    this.#count += 1;
    const name = `process-${this.#count}`;
    const seed = random.below(2 ** 31);
    const at = await stage.join();
    const child = fork(program.file, {
      execArgv: [...program.execArgv],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const member = { name, child };
    this.#started.add(member);
    let ready = false;
    child.on('message', (message: FromProcess) => {
      if (message.type === 'ready') {
        ready = true;
        this.#ready.add(member);
      } else this.#receive(member, message);
    });
    child.on('exit', (code, signal) => {
      this.#started.delete(member);
      if ((!ready || this.#ready.delete(member)) && code !== 0 && !this.#ending)
        this.broken ??= `${name} exited with ${code ?? signal}`;
    });
    send(child, { type: 'begin', config: { ...config, name, seed, at } });
    await until(`${name} is ready`, () => ready || this.#ending || this.broken !== undefined);
  }

  #receive({ name, child }: Member, message: FromProcess): void {
    const { sourceOfTruth, config, onQuietLoad } = this.#options;
    switch (message.type) {
      case 'read-truth':
        send(child, { type: 'truth', id: message.id, version: sourceOfTruth.version(message.key) });
        break;
      case 'commit': {
        const { id, key, tags } = message;
        send(child, { type: 'committed', id, ...sourceOfTruth.commit(key, config.namespace, tags, name) });
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
        sourceOfTruth.add(message.reads);
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
