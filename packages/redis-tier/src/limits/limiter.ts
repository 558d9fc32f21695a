/**
 * Rate limits of a fleet: strict rolling windows, decided by one script on the server for all windows of a subject
 * together. No process takes units ahead: spent later they would break the windows, and kept they would starve others.
 *
 * Strict means within one lineage of the server, without eviction or outage: keep the limiter's keys on a server that
 * does not evict. The price of sub-buckets: a client that comes steadily gets twelve thirteenths of a limit, rounded
 * down. Limits of 32 and below have no such margin.
 */

import type { Answer, Outcome, Unanswered } from './check/check-batch.ts';
import { type Decision, decisionOf, outageDecision, readVerdict, readWindows } from './decision.ts';
import { dropRefusal, knownRefusal, rememberRefusal } from './local/deny-cache.ts';
import { type Place, Places } from './local/key-states.ts';
import { decideAlone, forgetAdmissions, overrideAlone, recordAdmission } from './local/local-limiter.ts';
import { type Limiter, type LimiterOptions, monotonicClock, type ResourceOptions } from './options.ts';
import type { Primary } from './primary/primary.ts';
import { createRemote } from './primary/remote.ts';
import { createStatistics } from './statistics.ts';
import { createWatch } from './top-keys/top-keys.ts';
import { watchAlone } from './top-keys/top-keys-local.ts';
import { watchOnServer } from './top-keys/top-keys-on-server.ts';
import { toWindows, type Window } from './windows.ts';

type Rule = {
  readonly places: Places;
  readonly onOutage: ResourceOptions['onOutage'];
  readonly count: (decision: Decision, cost: number) => void;
};

/** Throws RangeError for limits, windows or names that cannot be. */
export function createLimiter<Name extends string>(options: LimiterOptions<Name>): Limiter<Name> {
  const { redis, prefix = 'bb', clock = monotonicClock, capacity = 20_000 } = options;
  const nowMs = (): number => clock.nowMs();
  const statistics = createStatistics();
  const rules = readRules(options.resources, ({ name, windows, onOutage }) => ({
    places: new Places(prefix, name, windows, capacity),
    onOutage,
    count: statistics.counterOf(name),
  }));
  const names = [...rules.keys()];
  const remote =
    redis === null ? null : createRemote(redis, { ...options, prefix, nowMs, capacity }, statistics);

  const watch =
    options.watch === true
      ? createWatch(remote === null ? watchAlone(nowMs) : watchOnServer(remote.primaryOf, prefix))
      : undefined;

  function ruleOf(resource: Name): Rule {
    const rule = rules.get(resource);
    if (rule === undefined) throw new RangeError(`There is no resource ${JSON.stringify(resource)}.`);
    return rule;
  }

  /** Gives the decision to `resolve`: at once where this process decides, else when the server has answered. */
  function decide(
    rule: Rule,
    place: Place,
    cost: number,
    resolve: (decision: Decision) => void,
    reject: (error: unknown) => void,
  ): void {
    if (remote === null) {
      resolve(decideAlone(place, cost, nowMs(), 1));
      return;
    }
    const { key, windows, slot, drops } = place;
    const primary = remote.primaryOf(slot);
    if (!primary.usable) {
      resolve(decideWithout(primary, rule, place, cost));
      return;
    }
    const settle = (outcome: Outcome): void => {
      try {
        resolve(
          'error' in outcome
            ? decideWithout(primary, rule, place, cost, outcome)
            : takeIn(place, cost, drops, outcome),
        );
      } catch (error) {
        reject(error);
      }
    };
    primary.send({ key, windows, cost, ageMs: -1, slot, settle });
  }

  /** What the server says, and what this process remembers of it. */
  function takeIn(place: Place, cost: number, drops: number, { reply, at, sentMs }: Answer): Decision {
    const verdict = readVerdict(reply, at);
    if (verdict === 'above limit') throw costAboveLimit(cost);
    const states = readWindows(place.windows, reply, at);
    const decision = decisionOf(verdict === 'allowed', 'redis', states);
    if (cost > 0 && decision.allowed) recordAdmission(place, cost, nowMs(), states);
    else if (cost > 0) rememberRefusal(place, cost, decision, { drops, sentMs });
    return decision;
  }

  /** The policy of the resource, where it can be seen: refuse what cannot be known, or go on with this process's share. */
  function decideWithout(
    primary: Primary,
    rule: Rule,
    place: Place,
    cost: number,
    asked?: Unanswered,
  ): Decision {
    if (rule.onOutage === 'closed') return outageDecision();
    const atMs = nowMs();
    const decision = decideAlone(place, cost, atMs, Math.max(1, remote?.fleetSize ?? 1));
    if (!decision.allowed || cost === 0) return decision;
    const { key, slot, windows } = place;
    const late = asked?.late;
    const charge = primary.charges.add({ key, slot, windows, cost, atMs }, late !== undefined);
    void late?.then((answer) => {
      if (answer !== undefined && readVerdict(answer.reply, answer.at) === 'allowed') charge.settled = true;
    });
    return decision;
  }

  return {
    check: ({ resource, subject, cost = 1 }) =>
      new Promise((resolve, reject) => {
        if (!Number.isInteger(cost) || cost < 1)
          throw new RangeError(`A cost wants a whole number from 1, not ${cost}.`);
        const rule = ruleOf(resource);
        const place = rule.places.of(subject);
        const told = (decision: Decision): void => {
          rule.count(decision, cost);
          watch?.count(resource, place, decision, cost);
          resolve(decision);
        };
        const known =
          remote?.primaryOf(place.slot).usable === true ? knownRefusal(place, cost, nowMs()) : undefined;
        if (known !== undefined) told(known);
        else decide(rule, place, cost, told, reject);
      }),

    peek: ({ resource, subject }) =>
      new Promise((resolve, reject) => {
        const rule = ruleOf(resource);
        decide(rule, rule.places.of(subject), 0, resolve, reject);
      }),

    async reset({ subject, resource }) {
      const places = (resource === undefined ? names : [resource]).map((name) =>
        ruleOf(name).places.of(subject),
      );
      for (const place of places) {
        dropRefusal(place);
        forgetAdmissions(place);
        remote?.primaryOf(place.slot).charges.forget(place.key);
      }
      const [first] = places;
      if (first !== undefined)
        await remote?.operator.reset(
          first.slot,
          places.map((place) => place.key),
        );
      await watch?.release(resource === undefined ? names : [resource], subject);
    },

    async override({ resource, subject, limits }) {
      const place = ruleOf(resource).places.of(subject);
      if (remote === null) overrideAlone(place, limits);
      else await remote.operator.override(place, limits);
      dropRefusal(place);
      await watch?.release([resource], subject);
    },

    async watched(most = 50) {
      if (watch === undefined) throw new RangeError('Nobody is watched: ask for it with the option watch.');
      return watch.report(most);
    },

    statistics: () => statistics.snapshot(remote),
    get state() {
      return remote === null ? 'local' : remote.usable ? 'redis' : 'outage';
    },
    close() {
      watch?.close();
      remote?.close();
    },
  };
}

function readRules<Name extends string>(
  resources: Readonly<Record<Name, ResourceOptions>>,
  toRule: (resource: Pick<ResourceOptions, 'onOutage'> & { name: Name; windows: readonly Window[] }) => Rule,
): Map<Name, Rule> {
  const rules = new Map<Name, Rule>();
  for (const name of Object.keys(resources) as Name[]) {
    if (!/^[a-z][a-z0-9-]{0,31}$/.test(name))
      throw new RangeError(`A resource wants a name of small letters, not ${JSON.stringify(name)}.`);
    const { windows, onOutage } = resources[name];
    rules.set(name, toRule({ name, windows: toWindows(windows), onOutage }));
  }
  return rules;
}

function costAboveLimit(cost: number): RangeError {
  return new RangeError(`A cost of ${cost} is above a limit of the subject, so it could never be allowed.`);
}
