/**
 * One primary as the limiter sees it: behind a guard of its own, so that in a cluster one that is frozen costs the
 * subjects of the others nothing, with what it has to be told afterwards.
 */
import {
  type CircuitBreakerClient,
  type CircuitBreakerState,
  createCircuitBreaker,
} from '../../connection/index.ts';
import { RedisUnavailableError } from '../../core/index.ts';
import { type CheckBatcher, createCheckBatcher } from '../check/check-batch.ts';
import { checkScriptSource } from '../check/check-script.ts';
import { runScript, type Script, type ScriptClient, toScript } from '../check/run-script.ts';
import { PendingConsumptions } from '../local/unreported-admissions.ts';
import type { StatisticsCounter } from '../statistics.ts';
import { createConsumptionReporter } from './report-admissions.ts';

export type Primary = {
  /** False while checks would be refused at once. */
  readonly usable: boolean;
  readonly send: CheckBatcher['send'];
  /** Runs another script. Rejects with RedisUnavailableError, or with what the server replies. */
  run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  readonly pendingConsumption: PendingConsumptions;
  close(): void;
};

export type PrimaryOptions = {
  deadlineMs: number;
  nowMs: () => number;
  /** Most charges that are kept. */
  maxKeys: number;
  statistics: StatisticsCounter;
  onChange: (state: CircuitBreakerState, reason: string) => void;
  onError: ((error: Error) => void) | undefined;
};

const script = toScript(checkScriptSource());

export function createPrimary(client: ScriptClient & CircuitBreakerClient, options: PrimaryOptions): Primary {
  const { deadlineMs, nowMs, maxKeys: capacity, statistics, onChange, onError } = options;
  const pendingConsumption = new PendingConsumptions(capacity);
  const breaker = createCircuitBreaker(client, {
    deadlineMs,
    onChange: (state, reason) => {
      if (state === 'closed') reporter.flush();
      onChange(state, reason);
    },
  });
  const reporter = createConsumptionReporter({ client, breaker, script, pendingConsumption, nowMs });
  const { send } = createCheckBatcher({
    client,
    breaker,
    script,
    nowMs,
    onCall: statistics.countCall,
    onEnd: (error) => {
      if (error === undefined) reporter.answered();
      else if (error instanceof Error && !(error instanceof RedisUnavailableError)) {
        statistics.countError();
        onError?.(error);
      }
    },
  });
  return {
    get usable() {
      return breaker.state === 'closed';
    },
    send,
    run: (other, keys, args) => breaker.send(() => runScript(client, other, keys, args)),
    pendingConsumption,
    close: () => breaker.close(),
  };
}

/** Stands where a cluster has no primary for a slot. Keeps what is charged until there is one. */
export function noPrimary(maxKeys: number): Primary {
  const away = (): RedisUnavailableError => new RedisUnavailableError('no primary has this slot');
  return {
    usable: false,
    send: ({ resolve: settle }) => queueMicrotask(() => settle({ error: away(), late: undefined })),
    run: async () => Promise.reject(away()),
    pendingConsumption: new PendingConsumptions(maxKeys),
    close: () => {},
  };
}
