import { type Plan, speaksCluster } from '@bookedbarber/elasticache';
import type { EndpointDefaults } from './redis-address.ts';

export type SettingsOfPlan = { values: ReadonlyMap<string, string>; endpoint: EndpointDefaults };

/** The server settings that follow from a plan. */
export function settingsOfPlan(plan: Plan): SettingsOfPlan {
  const { network, security, clients } = plan;
  const values = new Map([['REDIS_MAX_CONNECTIONS', String(clients.connectionBudget)]]);
  if (speaksCluster(plan)) values.set('REDIS_CLUSTER', 'true');
  return { values, endpoint: { tls: security.encryptionInTransit, port: network.port } };
}
