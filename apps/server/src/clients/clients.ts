import type { ClientChange, Guest } from '@bookedbarber/contract';
import { type Selectable, sql } from 'kysely';
import { toE164OrNull } from '../contact/phone.ts';
import { preferenceColumns } from '../contact/preferences.ts';
import type { Executor } from '../database/connect.ts';
import { isUniqueViolation } from '../database/errors.ts';
import type { Database } from '../database/schema.ts';
import type { Tx } from '../database/transaction.ts';
import { problem } from '../http/problem.ts';

export type ClientRecord = Selectable<Database['client']>;

/** The clients of an organisation, with their contact preferences. */
export type Clients = ReturnType<typeof createClients>;

export function createClients() {
  return {
    /**
     * Returns the id of the client with this email address, and creates the client if necessary. Does not change an
     * existing record: an address in a form does not prove that the guest is that client.
     */
    async findOrCreate(
      tx: Tx,
      organisationId: string,
      guest: Omit<Guest, 'phone'> & { phone: string | null },
    ): Promise<string> {
      const created = await tx
        .insertInto('client')
        .values({
          organisationId,
          name: guest.name,
          email: guest.email,
          phone: guest.phone,
          ...preferenceColumns(guest.preferences ?? {}),
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst();
      if (created !== undefined) return created.id;
      const existing = await tx
        .selectFrom('client')
        .select('id')
        .where('organisationId', '=', organisationId)
        .where(sql`lower(email)`, '=', guest.email.toLowerCase())
        .executeTakeFirstOrThrow();
      return existing.id;
    },

    /**
     * A page of clients ordered by name, with the total count. `search` matches part of a name, email or phone number.
     */
    async list(
      executor: Executor,
      organisationId: string,
      { search, limit, offset }: { search: string | undefined; limit: number; offset: number },
    ): Promise<{ total: number; clients: ClientRecord[] }> {
      let query = executor.selectFrom('client').where('organisationId', '=', organisationId);
      if (search !== undefined && search !== '') {
        const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
        query = query.where((eb) =>
          eb.or([eb('name', 'ilike', pattern), eb('email', 'ilike', pattern), eb('phone', 'ilike', pattern)]),
        );
      }
      const { total } = await query
        .select((eb) => eb.fn.countAll<string>().as('total'))
        .executeTakeFirstOrThrow();
      const clients = await query
        .selectAll()
        .orderBy('name')
        .orderBy('id')
        .limit(limit)
        .offset(offset)
        .execute();
      return { total: Number(total), clients };
    },

    /** Throws resource_not_found, phone_invalid, or record_conflict when another client has the email address. */
    async change(
      tx: Tx,
      owner: { organisationId: string; country: string },
      id: string,
      { name, email, phone, preferences = {} }: ClientChange,
    ): Promise<ClientRecord> {
      const columns = {
        ...(name === undefined ? {} : { name }),
        ...(email === undefined ? {} : { email }),
        ...(phone === undefined ? {} : { phone: toE164OrNull(phone, owner.country) }),
        ...preferenceColumns(preferences),
      };
      const of = tx.selectFrom('client').selectAll().where('organisationId', '=', owner.organisationId);
      try {
        const client =
          Object.keys(columns).length === 0
            ? await of.where('id', '=', id).executeTakeFirst()
            : await tx
                .updateTable('client')
                .set(columns)
                .where('organisationId', '=', owner.organisationId)
                .where('id', '=', id)
                .returningAll()
                .executeTakeFirst();
        if (client === undefined) throw problem('resource_not_found', 'No client has this id.');
        return client;
      } catch (error) {
        if (isUniqueViolation(error))
          throw problem('record_conflict', 'Another client has this email address.');
        throw error;
      }
    },
  };
}
