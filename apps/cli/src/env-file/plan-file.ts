import { Type } from 'typebox';
import { Failure } from '../failures.ts';
import { faults, fits } from '../shops/check-against.ts';
import type { EndpointDefaults } from './redis-address.ts';

/** The part of a plan that the server's settings depend on; `bookedbarber plan --json` writes it with more around it. */
const PlanSettings = Type.Object({
  clusterMode: Type.Boolean(),
  network: Type.Object({ port: Type.Integer({ minimum: 1, maximum: 65_535 }) }),
  security: Type.Object({ encryptionInTransit: Type.Boolean() }),
  clients: Type.Object({ connectionBudget: Type.Integer({ minimum: 1, maximum: 65_000 }) }),
});

export type SettingsOfPlan = { values: Map<string, string>; endpoint: EndpointDefaults };

/** What a plan says of the server's settings. Throws Failure for a text that is no plan. */
export function settingsOfPlan(text: string): SettingsOfPlan {
  const plan = planIn(text);
  if (!fits(PlanSettings, plan)) {
    throw new Failure('plan_invalid', 'The file of --plan is no plan.', {
      details: faults(PlanSettings, plan).slice(0, 5),
      mend: 'Write one with `bookedbarber plan ... --json > plan.json`.',
    });
  }
  const { clusterMode, network, security, clients } = plan;
  const values = new Map([['REDIS_MAX_CONNECTIONS', String(clients.connectionBudget)]]);
  if (clusterMode) values.set('REDIS_CLUSTER', 'true');
  return { values, endpoint: { tls: security.encryptionInTransit, port: network.port } };
}

/** The plan itself, or the plan within a report. */
function planIn(text: string): unknown {
  try {
    const whole: unknown = JSON.parse(text);
    const inner = typeof whole === 'object' && whole !== null && 'plan' in whole ? whole.plan : undefined;
    return typeof inner === 'object' ? inner : whole;
  } catch {
    return undefined;
  }
}
