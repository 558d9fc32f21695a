/**
 * One primary as the limiter sees it: behind a guard of its own, so that in a cluster one that is frozen costs the
 * subjects of the others nothing, with what it has to be told afterwards.
 */
import { createGuard, type GuardedClient, type GuardState } from '../../connection/index.ts';
import { RedisUnavailable } from '../../core/index.ts';
import { createTurn, type Turn } from '../check/check-batch.ts';
import { checkScriptSource } from '../check/check-script.ts';
import { runScript, type Script, type ScriptClient, toScript } from '../check/run-script.ts';
import { Charges } from '../local/unreported-admissions.ts';
import type { StatisticsCounter } from '../statistics.ts';
import { createCharging } from './report-admissions.ts';

export type Primary = {
  /** False while checks would be refused at once. */
  readonly usable: boolean;
  readonly send: Turn['send'];
  /** Runs another script. Rejects with RedisUnavailable, or with what the server replies. */
  run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  readonly charges: Charges;
  close(): void;
};

export type PrimaryOptions = {
  deadlineMs: number;
  nowMs: () => number;
  /** Most charges that are kept. */
  capacity: number;
  statistics: StatisticsCounter;
  onChange: (state: GuardState, reason: string) => void;
  onError: ((error: Error) => void) | undefined;
};

const script = toScript(checkScriptSource());

export function createPrimary(client: ScriptClient & GuardedClient, options: PrimaryOptions): Primary {
  const { deadlineMs, nowMs, capacity, statistics, onChange, onError } = options;
  const charges = new Charges(capacity);
  const guard = createGuard(client, {
    deadlineMs,
    onChange: (state, reason) => {
      if (state === 'closed') charging.flush();
      onChange(state, reason);
    },
  });
  const charging = createCharging({ client, guard, script, charges, nowMs });
  const { send } = createTurn({
    client,
    guard,
    script,
    nowMs,
    onCall: statistics.countCall,
    onEnd: (error) => {
      if (error === undefined) charging.answered();
      else if (error instanceof Error && !(error instanceof RedisUnavailable)) {
        statistics.countError();
        onError?.(error);
      }
    },
  });
  return {
    get usable() {
      return guard.state === 'closed';
    },
    send,
    run: (other, keys, args) => guard.send(() => runScript(client, other, keys, args)),
    charges,
    close: () => guard.close(),
  };
}

/** Stands where a cluster has no primary for a slot. Keeps what is charged until there is one. */
export function noPrimary(capacity: number): Primary {
  const away = (): RedisUnavailable => new RedisUnavailable('no primary has this slot');
  return {
    usable: false,
    send: ({ settle }) => queueMicrotask(() => settle({ error: away(), late: undefined })),
    run: async () => Promise.reject(away()),
    charges: new Charges(capacity),
    close: () => {},
  };
}
