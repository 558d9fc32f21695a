import type { Preferences } from '@bookedbarber/contract';
import type { Db } from '../database/connect.ts';
import { organisationNamespace, tags } from './namespaces-and-tags.ts';
import type { ServerCache } from './server-cache.ts';

/** What is asked of clients again and again, through the cache. */
export function createClientReader({ cache, db }: { cache: ServerCache; db: Db }) {
  return {
    /** How a client wants to be reached; null when there is no such client. */
    async preferences(organisationId: string, id: string): Promise<Preferences | null> {
      const answer = await cache.policy('user-data').get<Preferences | null>({
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
      return answer.value;
    },
  };
}
