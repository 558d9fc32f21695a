/**
 * Rate limits of a fleet: strict rolling windows, decided by one script on the server for all windows of a subject
 * together. No process takes units ahead: spent later they would break the windows, and kept they would starve others.
 *
 * Strict means within one lineage of the server, without eviction or outage: keep the limiter's keys on a server that
 * does not evict. The price of sub-buckets: a client that comes steadily gets twelve thirteenths of a limit, rounded
 * down. Limits of 32 and below have no such margin.
 */
import { type Decision, decisionOf, outageDecision, readWindows } from './decision.ts';
import { DenyCache } from './deny-cache.ts';
import { LocalLimiter } from './local-limiter.ts';
import {
  type Limiter,
  type LimiterOptions,
  monotonicClock,
  type ResourceOptions,
  type SubjectOf,
} from './options.ts';
import { createRemote, type Remote } from './remote.ts';
import { createStatistics } from './statistics.ts';
import { subjectDigest, subjectKey } from './subject-key.ts';
import type { Unanswered } from './turn.ts';
import { toWindows, type Window } from './windows.ts';

type Rule = { windows: readonly Window[]; onOutage: ResourceOptions['onOutage'] };

/** One subject's use of one resource. */
type Place = { rule: Rule; key: string; slot: string };

/** Throws RangeError for limits, windows or names that cannot be. */
export function createLimiter<Name extends string>(options: LimiterOptions<Name>): Limiter<Name> {
  const { redis, prefix = 'bb', clock = monotonicClock, capacity = 10_000 } = options;
  const nowMs = (): number => clock.nowMs();
  const rules = readRules(options.resources);
  const names = [...rules.keys()];
  const statistics = createStatistics(names);
  const denied = new DenyCache(capacity);
  const remote =
    redis === null ? null : createRemote(redis, { ...options, prefix, nowMs, capacity }, statistics);
  const local = new LocalLimiter(capacity, () => remote?.fleetSize ?? 1);

  function place({ resource, subject }: SubjectOf<Name>): Place {
    const rule = rules.get(resource);
    if (rule === undefined) throw new RangeError(`There is no resource ${JSON.stringify(resource)}.`);
    const slot = subjectDigest(subject);
    return { rule, key: subjectKey(prefix, slot, resource), slot };
  }

  async function decide(at: Place, cost: number): Promise<Decision> {
    if (remote === null) return local.decide(at.key, at.rule.windows, cost, nowMs());
    if (!remote.usable) return decideWithout(remote, at, cost);
    const known = cost > 0 ? denied.find(at.key, cost, nowMs()) : undefined;
    if (known !== undefined) return known;
    const { epoch } = denied;
    const { windows } = at.rule;
    const outcome = await remote.send({ key: at.key, windows, cost, ageMs: -1 }, at.slot);
    if ('error' in outcome) return decideWithout(remote, at, cost, outcome);
    const [verdict] = outcome.reply;
    const states = readWindows(windows, outcome.reply, 0);
    if (verdict === -1) throw costAboveLimit(cost);
    const decision = decisionOf(verdict === 1, 'redis', states);
    if (cost > 0 && decision.allowed) local.record(at.key, windows, cost, nowMs(), states);
    else if (cost > 0) denied.remember(at.key, cost, decision, { epoch, sentMs: outcome.sentMs });
    return decision;
  }

  /** The policy of the resource, where it can be seen: refuse what cannot be known, or go on with this process's share. */
  function decideWithout(server: Remote, at: Place, cost: number, asked?: Unanswered): Decision {
    if (at.rule.onOutage === 'closed') return outageDecision();
    const atMs = nowMs();
    const decision = local.decide(at.key, at.rule.windows, cost, atMs);
    if (!decision.allowed || cost === 0) return decision;
    const { key, slot } = at;
    const late = asked?.late;
    const charge = server.charges.add(
      { key, slot, windows: at.rule.windows, cost, atMs },
      late !== undefined,
    );
    void late?.then((reply) => {
      if (reply?.[0] === 1) charge.settled = true;
    });
    return decision;
  }

  function forget(key: string): void {
    denied.drop(key);
    local.forget(key);
    remote?.charges.forget(key);
  }

  return {
    async check({ cost = 1, ...subject }) {
      if (!Number.isInteger(cost) || cost < 1)
        throw new RangeError(`A cost wants a whole number from 1, not ${cost}.`);
      const decision = await decide(place(subject), cost);
      statistics.count(subject.resource, decision, cost);
      return decision;
    },

    peek: async (subject) => decide(place(subject), 0),

    async reset({ subject, resource }) {
      const keys = (resource === undefined ? names : [resource]).map(
        (name) => place({ subject, resource: name }).key,
      );
      keys.forEach(forget);
      await remote?.operator.reset(keys);
    },

    async override({ subject, resource, limits }) {
      const { key, rule } = place({ subject, resource });
      if (remote === null) local.override(key, rule.windows, limits);
      else await remote.operator.override(key, rule.windows, limits);
      denied.drop(key);
    },

    statistics: () => statistics.snapshot(remote),
    get state() {
      return remote === null ? 'local' : remote.usable ? 'redis' : 'outage';
    },
    close: () => remote?.close(),
  };
}

function readRules<Name extends string>(resources: Readonly<Record<Name, ResourceOptions>>): Map<Name, Rule> {
  const rules = new Map<Name, Rule>();
  for (const name of Object.keys(resources) as Name[]) {
    if (!/^[a-z][a-z0-9-]{0,31}$/.test(name))
      throw new RangeError(`A resource wants a name of small letters, not ${JSON.stringify(name)}.`);
    const { windows, onOutage } = resources[name];
    rules.set(name, { windows: toWindows(windows), onOutage });
  }
  return rules;
}

function costAboveLimit(cost: number): RangeError {
  return new RangeError(`A cost of ${cost} is above a limit of the subject, so it could never be allowed.`);
}
