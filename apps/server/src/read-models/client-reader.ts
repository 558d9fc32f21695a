import type { Preferences } from '@bookedbarber/contract';
import type { Db } from '../database/connect.ts';
import { organisationNamespace, tags } from './namespaces-and-tags.ts';
import type { ServerCache } from './server-cache.ts';

/** Reads client data through the cache. */
export function createClientReader({ cache, db }: { cache: ServerCache; db: Db }) {
  return {
    /** The contact preferences of a client; null if the client does not exist. */
    async preferences(organisationId: string, id: string): Promise<Preferences | null> {
      const result = await cache.policy('user-data').get<Preferences | null>({
        namespace: organisationNamespace(organisationId),
        key: `preferences:${id}`,
        tags: [tags.client(id)],
        load: async () => {
          const client = await db
            .selectFrom('client')
            .select(['zone', 'language', 'channel'])
            .where('organisationId', '=', organisationId)
            .where('id', '=', id)
            .executeTakeFirst();
          return client ?? null;
        },
      });
      return result.value;
    },
  };
}
