/**
 * Rate limits of a fleet with sliding windows. One script on the server decides all windows of a limit key together.
 * No process takes tokens in advance: spent later they would break the windows, and held they would starve other
 * processes.
 *
 * The limits are exact within one replication id of the server, without eviction or outage: keep the limiter's keys
 * on a server that does not evict. Limits above 32 are counted in sub-buckets, so a steady client gets twelve
 * thirteenths of the limit, rounded down. Limits of 32 and less have no such margin.
 */

import { checkOptions } from '../core/internal.ts';
import type { CheckOutcome, CheckReply, NoReply } from './check/check-batch.ts';
import { type Decision, decisionOf, outageDecision, readVerdict, readWindows } from './decision.ts';
import { cacheDenial, cachedDenial, dropDenial } from './local/deny-cache.ts';
import { type KeyState, KeyStates } from './local/key-states.ts';
import { clearAdmissions, decideLocally, overrideLocally, recordAdmission } from './local/local-limiter.ts';
import {
  type Limiter,
  type LimiterOptions,
  type LimitOptions,
  limitChecks,
  limiterChecks,
  monotonicClock,
} from './options.ts';
import type { CheckingPrimary } from './primary/primary.ts';
import { openRemote } from './primary/remote.ts';
import { createStatistics } from './statistics.ts';
import { createTopKeys } from './top-keys/top-keys.ts';
import { localTopKeys } from './top-keys/top-keys-local.ts';
import { toWindows, type Window } from './windows.ts';

type Rule = {
  readonly keyStates: KeyStates;
  readonly onOutage: LimitOptions['onOutage'];
  readonly count: (decision: Decision, cost: number) => void;
};

/** Throws RangeError for invalid limits, windows or names. */
export function createLimiter<Name extends string>(options: LimiterOptions<Name>): Limiter<Name> {
  checkOptions('createLimiter', options, limiterChecks, toRangeError);
  const { redis, prefix = 'bb', clock = monotonicClock, maxKeys = 20_000 } = options;
  const nowMs = (): number => clock.nowMs();
  const statistics = createStatistics();
  const rules = readRules(options.limits, ({ name, windows, onOutage }) => ({
    keyStates: new KeyStates(prefix, name, windows, maxKeys),
    onOutage,
    count: statistics.counterOf(name),
  }));
  const names = [...rules.keys()];
  const remote =
    redis === null ? null : openRemote(redis, { ...options, prefix, nowMs, maxKeys }, statistics);

  const topKeys =
    options.topKeys === true
      ? createTopKeys(remote === null ? localTopKeys(nowMs) : remote.topKeys())
      : undefined;

  function ruleOf(limit: Name): Rule {
    const rule = rules.get(limit);
    if (rule === undefined) throw new RangeError(`Unknown limit ${JSON.stringify(limit)}.`);
    return rule;
  }

  /** Passes the decision to `resolve`: immediately if this process decides, otherwise after the server's reply. */
  function decide(
    rule: Rule,
    keyState: KeyState,
    cost: number,
    resolve: (decision: Decision) => void,
    reject: (error: unknown) => void,
  ): void {
    if (remote === null) {
      resolve(decideLocally(keyState, cost, nowMs(), 1));
      return;
    }
    const { redisKey, windows, slot, drops } = keyState;
    const primary = remote.primaryOf(slot);
    if (!primary.usable) {
      resolve(decideWithoutServer(primary, rule, keyState, cost));
      return;
    }
    const settle = (outcome: CheckOutcome): void => {
      try {
        resolve(
          'error' in outcome
            ? decideWithoutServer(primary, rule, keyState, cost, outcome)
            : applyReply(keyState, cost, drops, outcome),
        );
      } catch (error) {
        reject(error);
      }
    };
    primary.send({ redisKey, windows, cost, ageMs: -1, slot, resolve: settle });
  }

  /** The server's decision; remembers admissions and denials in this process. */
  function applyReply(
    keyState: KeyState,
    cost: number,
    drops: number,
    { reply, at, sentMs }: CheckReply,
  ): Decision {
    const verdict = readVerdict(reply, at);
    if (verdict === 'above limit') throw costAboveLimit(cost);
    const states = readWindows(keyState.windows, reply, at);
    const decision = decisionOf(verdict === 'allowed', 'redis', states);
    if (cost > 0 && decision.allowed) recordAdmission(keyState, cost, nowMs(), states);
    else if (cost > 0) cacheDenial(keyState, cost, decision, { drops, sentMs });
    return decision;
  }

  /** The outage policy of the limit: deny everything, or continue with this process's share. */
  function decideWithoutServer(
    primary: CheckingPrimary,
    rule: Rule,
    keyState: KeyState,
    cost: number,
    noReply?: NoReply,
  ): Decision {
    if (rule.onOutage === 'fail-closed') return outageDecision();
    const atMs = nowMs();
    const decision = decideLocally(keyState, cost, atMs, Math.max(1, remote?.fleetSize ?? 1));
    if (!decision.allowed || cost === 0) return decision;
    const { redisKey, slot, windows } = keyState;
    const late = noReply?.late;
    const consumption = primary.pendingConsumption.add(
      { redisKey, slot, windows, cost, atMs },
      late !== undefined,
    );
    void late?.then((reply) => {
      if (reply !== undefined && readVerdict(reply.reply, reply.at) === 'allowed') consumption.counted = true;
    });
    return decision;
  }

  function close(): void {
    topKeys?.close();
    remote?.close();
  }

  return {
    check: ({ limit, key, cost = 1 }) =>
      new Promise((resolve, reject) => {
        if (!Number.isInteger(cost) || cost < 1)
          throw new RangeError(`The cost must be a whole number of at least 1, not ${cost}.`);
        const rule = ruleOf(limit);
        const keyState = rule.keyStates.of(key);
        const finish = (decision: Decision): void => {
          rule.count(decision, cost);
          topKeys?.count(limit, keyState, decision, cost);
          resolve(decision);
        };
        const cached =
          remote?.primaryOf(keyState.slot).usable === true
            ? cachedDenial(keyState, cost, nowMs())
            : undefined;
        if (cached !== undefined) finish(cached);
        else decide(rule, keyState, cost, finish, reject);
      }),

    peek: ({ limit, key }) =>
      new Promise((resolve, reject) => {
        const rule = ruleOf(limit);
        decide(rule, rule.keyStates.of(key), 0, resolve, reject);
      }),

    async reset({ key, limit }) {
      const keyStates = (limit === undefined ? names : [limit]).map((name) => ruleOf(name).keyStates.of(key));
      for (const keyState of keyStates) {
        dropDenial(keyState);
        clearAdmissions(keyState);
        remote?.primaryOf(keyState.slot).pendingConsumption.forget(keyState.redisKey);
      }
      const [first] = keyStates;
      if (first !== undefined)
        await remote?.operator.reset(
          first.slot,
          keyStates.map((keyState) => keyState.redisKey),
        );
      await topKeys?.release(limit === undefined ? names : [limit], key);
    },

    async override({ limit, key, limits }) {
      const keyState = ruleOf(limit).keyStates.of(key);
      if (remote === null) overrideLocally(keyState, limits);
      else await remote.operator.override(keyState, limits);
      dropDenial(keyState);
      await topKeys?.release([limit], key);
    },

    async topKeys(most = 50) {
      if (topKeys === undefined)
        throw new RangeError('Top keys are not recorded. Fix: set the option topKeys.');
      return topKeys.report(most);
    },

    statistics: () => statistics.snapshot(remote),
    get state() {
      return remote === null ? 'local' : remote.usable ? 'redis' : 'outage';
    },
    close,
    [Symbol.dispose]: close,
  };
}

function readRules<Name extends string>(
  limits: Readonly<Record<Name, LimitOptions>>,
  toRule: (limit: Pick<LimitOptions, 'onOutage'> & { name: Name; windows: readonly Window[] }) => Rule,
): Map<Name, Rule> {
  const rules = new Map<Name, Rule>();
  for (const name of Object.keys(limits) as Name[]) {
    if (!/^[A-Za-z][A-Za-z0-9_-]{0,31}$/.test(name))
      throw new RangeError(
        `The name of a limit must start with a letter and have at most 32 letters, digits, hyphens and underscores, not ${JSON.stringify(name)}.`,
      );
    checkOptions(`the limit ${name}`, limits[name], limitChecks, toRangeError);
    const { windows, onOutage } = limits[name];
    rules.set(name, toRule({ name, windows: toWindows(windows), onOutage }));
  }
  return rules;
}

function toRangeError(message: string): RangeError {
  return new RangeError(message);
}

function costAboveLimit(cost: number): RangeError {
  return new RangeError(`A cost of ${cost} exceeds a limit of the key, so it could never be allowed.`);
}
