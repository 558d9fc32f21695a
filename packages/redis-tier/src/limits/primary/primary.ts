/**
 * One primary as the limiter uses it, with its own circuit breaker, so that in a cluster a frozen primary does not
 * affect the keys on the others, and with the consumptions to be reported to it.
 */
import type { Redis } from 'ioredis';
import {
  type CircuitBreakerClient,
  type CircuitBreakerState,
  createCircuitBreaker,
  isReplicaReply,
  watchPrimary,
} from '../../connection/internal.ts';
import { RedisUnavailableError } from '../../core/index.ts';
import { type CheckBatcher, createCheckBatcher } from '../check/check-batch.ts';
import { checkScriptSource } from '../check/check-script.ts';
import { runScript, type Script, type ScriptClient, toScript } from '../check/run-script.ts';
import { PendingConsumptions } from '../local/pending-consumptions.ts';
import type { StatisticsCounter } from '../statistics.ts';
import { createConsumptionReporter } from './report-admissions.ts';

/** A primary as checks use it. */
export type CheckingPrimary = {
  /** False while checks would be rejected immediately. */
  readonly usable: boolean;
  readonly send: CheckBatcher['send'];
  readonly pendingConsumption: PendingConsumptions;
};

export type Primary = CheckingPrimary & {
  /** Runs another script. Rejects with RedisUnavailableError, or with the server's error. */
  run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  close(): void;
};

export type PrimaryOptions = {
  deadlineMs: number;
  /** How often the node is compared with the one behind the endpoint, in ms. */
  endpointCheckMs: number;
  nowMs: () => number;
  /** Maximum pending consumptions. */
  maxKeys: number;
  statistics: StatisticsCounter;
  onChange: (state: CircuitBreakerState, reason: string) => void;
  onError: ((error: Error) => void) | undefined;
};

const script = toScript(checkScriptSource());

/** `redis`: the connection that `client` uses. */
export function createPrimary(
  client: ScriptClient & CircuitBreakerClient,
  redis: Redis,
  options: PrimaryOptions,
): Primary {
  const { deadlineMs, endpointCheckMs, nowMs, maxKeys, statistics, onChange, onError } = options;
  const watch = watchPrimary(redis, { everyMs: endpointCheckMs });
  const pendingConsumption = new PendingConsumptions(maxKeys);
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
      if (error === undefined) reporter.onReply();
      else if (error instanceof Error && !(error instanceof RedisUnavailableError)) {
        if (isReplicaReply(error)) watch.demoted();
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
    run: (other, keys, args) => breaker.send((isWaiting) => runScript(client, other, keys, args, isWaiting)),
    pendingConsumption,
    close() {
      watch.stop();
      breaker.close();
    },
  };
}

/** Placeholder for a slot that no primary owns. Stores pending consumptions until there is an owner. */
export function noPrimary(maxKeys: number): Primary {
  const noOwner = (): RedisUnavailableError => new RedisUnavailableError('no primary owns this slot');
  return {
    usable: false,
    send: ({ resolve }) => queueMicrotask(() => resolve({ error: noOwner(), late: undefined })),
    run: async () => Promise.reject(noOwner()),
    pendingConsumption: new PendingConsumptions(maxKeys),
    close: () => {},
  };
}
