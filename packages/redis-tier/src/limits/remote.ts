import { createGuard, type GuardedClient } from '../connection/index.ts';
import { RedisUnavailable } from '../core/index.ts';
import { Charges } from './charges.ts';
import { createCharging } from './charging.ts';
import { checkScriptSource } from './check-script.ts';
import { createFleet } from './fleet.ts';
import { createOperatorCalls, type OperatorCalls } from './operations.ts';
import { operatorScriptSource } from './operator-script.ts';
import type { LimiterOptions } from './options.ts';
import { type ScriptClient, toScript } from './run-script.ts';
import type { StatisticsCounter } from './statistics.ts';
import { createTurn, type Turn } from './turn.ts';

/** The server as the limiter sees it, behind its guard. */
export type Remote = {
  /** False while checks would be refused at once. */
  readonly usable: boolean;
  readonly send: Turn['send'];
  readonly charges: Charges;
  /** Processes that share the limits, as far as this one knows. */
  readonly fleetSize: number;
  readonly operator: OperatorCalls;
  close(): void;
};

export type RemoteOptions = Pick<
  LimiterOptions<string>,
  'deadlineMs' | 'fleetSize' | 'fleetIntervalMs' | 'onChange' | 'onError'
> & {
  prefix: string;
  nowMs: () => number;
  capacity: number;
};

const checkScript = toScript(checkScriptSource());
const operatorScript = toScript(operatorScriptSource);

export function createRemote(
  client: ScriptClient & GuardedClient,
  options: RemoteOptions,
  statistics: StatisticsCounter,
): Remote {
  const { deadlineMs = 100, fleetSize, fleetIntervalMs = 10_000, onChange, onError } = options;
  const { prefix, nowMs, capacity } = options;
  const charges = new Charges(capacity);
  const guard = createGuard(client, {
    deadlineMs,
    onChange: (state, reason) => {
      if (state === 'closed') {
        charging.flush();
        fleet?.beat();
      }
      onChange?.(state, reason);
    },
  });
  const script = checkScript;
  const charging = createCharging({ client, guard, script, charges, nowMs });
  const fleet =
    fleetSize === undefined ? createFleet({ client, guard, prefix, intervalMs: fleetIntervalMs }) : undefined;
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
    charges,
    get fleetSize() {
      return fleetSize?.() ?? fleet?.size ?? 1;
    },
    operator: createOperatorCalls(client, guard, operatorScript),
    close(): void {
      fleet?.close();
      guard.close();
    },
  };
}
