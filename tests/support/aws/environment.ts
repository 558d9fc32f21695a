import { vi } from 'vitest';

/**
 * Sets the variables with which AWS clients reach the fake services: their endpoints, such as AWS_ENDPOINT_URL, and
 * credentials. `vi.unstubAllEnvs` undoes it.
 */
export function stubAwsEnvironment(endpoints: Readonly<Record<`AWS_ENDPOINT_URL${string}`, string>>): void {
  for (const [name, url] of Object.entries(endpoints)) vi.stubEnv(name, url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'an-example-of-a-secret');
}
