import type { Plan } from '@bookedbarber/elasticache';
import type { EndpointDefaults } from './redis-address.ts';

export type SettingsOfPlan = { values: ReadonlyMap<string, string>; endpoint: EndpointDefaults };

/** What a plan says of the server's settings. */
export function settingsOfPlan({ clusterMode, network, security, clients }: Plan): SettingsOfPlan {
  const values = new Map([['REDIS_MAX_CONNECTIONS', String(clients.connectionBudget)]]);
  if (clusterMode) values.set('REDIS_CLUSTER', 'true');
  return { values, endpoint: { tls: security.encryptionInTransit, port: network.port } };
}
