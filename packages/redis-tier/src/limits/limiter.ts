/**
 * Rate limits of a fleet: strict rolling windows, decided by one script on the server for all windows of a subject
 * together. No process takes units ahead: spent later they would break the windows, and kept they would starve others.
 *
 * Strict means within one lineage of the server, without eviction or outage: keep the limiter's keys on a server that
 * does not evict. The price of sub-buckets: a client that comes steadily gets twelve thirteenths of a limit, rounded
 * down. Limits of 32 and below have no such margin.
 */

import type { CheckOutcome, CheckReply, NoReply } from './check/check-batch.ts';
import { type Decision, decisionOf, outageDecision, readVerdict, readWindows } from './decision.ts';
import { cacheDenial, cachedDenial, dropDenial } from './local/deny-cache.ts';
import { type KeyState, KeyStates } from './local/key-states.ts';
import { clearAdmissions, decideLocally, overrideLocally, recordAdmission } from './local/local-limiter.ts';
import { type Limiter, type LimiterOptions, type LimitOptions, monotonicClock } from './options.ts';
import type { Primary } from './primary/primary.ts';
import { createRemote } from './primary/remote.ts';
import { createStatistics } from './statistics.ts';
import { createTopKeys } from './top-keys/top-keys.ts';
import { localTopKeys } from './top-keys/top-keys-local.ts';
import { remoteTopKeys } from './top-keys/top-keys-on-server.ts';
import { toWindows, type Window } from './windows.ts';

type Rule = {
  readonly keyStates: KeyStates;
  readonly onOutage: LimitOptions['onOutage'];
  readonly count: (decision: Decision, cost: number) => void;
};

/** Throws RangeError for limits, windows or names that cannot be. */
export function createLimiter<Name extends string>(options: LimiterOptions<Name>): Limiter<Name> {
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
    redis === null ? null : createRemote(redis, { ...options, prefix, nowMs, maxKeys }, statistics);

  const topKeys =
    options.topKeys === true
      ? createTopKeys(remote === null ? localTopKeys(nowMs) : remoteTopKeys(remote.primaryOf, prefix))
      : undefined;

  function ruleOf(limit: Name): Rule {
    const rule = rules.get(limit);
    if (rule === undefined) throw new RangeError(`There is no resource ${JSON.stringify(limit)}.`);
    return rule;
  }

  /** Gives the decision to `resolve`: at once where this process decides, else when the server has answered. */
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
    const { redisKey: key, windows, slot, drops } = keyState;
    const primary = remote.primaryOf(slot);
    if (!primary.usable) {
      resolve(decideWithout(primary, rule, keyState, cost));
      return;
    }
    const settle = (outcome: CheckOutcome): void => {
      try {
        resolve(
          'error' in outcome
            ? decideWithout(primary, rule, keyState, cost, outcome)
            : takeIn(keyState, cost, drops, outcome),
        );
      } catch (error) {
        reject(error);
      }
    };
    primary.send({ redisKey: key, windows, cost, ageMs: -1, slot, resolve: settle });
  }

  /** What the server says, and what this process remembers of it. */
  function takeIn(
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

  /** The policy of the resource, where it can be seen: refuse what cannot be known, or go on with this process's share. */
  function decideWithout(
    primary: Primary,
    rule: Rule,
    keyState: KeyState,
    cost: number,
    asked?: NoReply,
  ): Decision {
    if (rule.onOutage === 'closed') return outageDecision();
    const atMs = nowMs();
    const decision = decideLocally(keyState, cost, atMs, Math.max(1, remote?.fleetSize ?? 1));
    if (!decision.allowed || cost === 0) return decision;
    const { redisKey: key, slot, windows } = keyState;
    const late = asked?.late;
    const charge = primary.pendingConsumption.add(
      { redisKey: key, slot, windows, cost, atMs },
      late !== undefined,
    );
    void late?.then((answer) => {
      if (answer !== undefined && readVerdict(answer.reply, answer.at) === 'allowed') charge.counted = true;
    });
    return decision;
  }

  return {
    check: ({ limit: resource, key, cost = 1 }) =>
      new Promise((resolve, reject) => {
        if (!Number.isInteger(cost) || cost < 1)
          throw new RangeError(`A cost wants a whole number from 1, not ${cost}.`);
        const rule = ruleOf(resource);
        const keyState = rule.keyStates.of(key);
        const told = (decision: Decision): void => {
          rule.count(decision, cost);
          topKeys?.count(resource, keyState, decision, cost);
          resolve(decision);
        };
        const known =
          remote?.primaryOf(keyState.slot).usable === true
            ? cachedDenial(keyState, cost, nowMs())
            : undefined;
        if (known !== undefined) told(known);
        else decide(rule, keyState, cost, told, reject);
      }),

    peek: ({ limit: resource, key }) =>
      new Promise((resolve, reject) => {
        const rule = ruleOf(resource);
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

    async override({ limit: resource, key, limits }) {
      const keyState = ruleOf(resource).keyStates.of(key);
      if (remote === null) overrideLocally(keyState, limits);
      else await remote.operator.override(keyState, limits);
      dropDenial(keyState);
      await topKeys?.release([resource], key);
    },

    async topKeys(most = 50) {
      if (topKeys === undefined) throw new RangeError('Nobody is watched: ask for it with the option watch.');
      return topKeys.report(most);
    },

    statistics: () => statistics.snapshot(remote),
    get state() {
      return remote === null ? 'local' : remote.usable ? 'redis' : 'outage';
    },
    close() {
      topKeys?.close();
      remote?.close();
    },
  };
}

function readRules<Name extends string>(
  limits: Readonly<Record<Name, LimitOptions>>,
  toRule: (limit: Pick<LimitOptions, 'onOutage'> & { name: Name; windows: readonly Window[] }) => Rule,
): Map<Name, Rule> {
  const rules = new Map<Name, Rule>();
  for (const name of Object.keys(limits) as Name[]) {
    if (!/^[a-z][a-z0-9-]{0,31}$/.test(name))
      throw new RangeError(`A resource wants a name of small letters, not ${JSON.stringify(name)}.`);
    const { windows, onOutage } = limits[name];
    rules.set(name, toRule({ name, windows: toWindows(windows), onOutage }));
  }
  return rules;
}

function costAboveLimit(cost: number): RangeError {
  return new RangeError(`A cost of ${cost} is above a limit of the subject, so it could never be allowed.`);
}
