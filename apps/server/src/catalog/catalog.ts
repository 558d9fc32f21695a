import type { QuietHours, ServiceChange, ServiceInput, ShopChange, ShopInput } from '@bookedbarber/contract';
import type { Selectable } from 'kysely';
import { toE164OrNull } from '../contact/phone.ts';
import type { Executor } from '../database/connect.ts';
import { isUniqueViolation } from '../database/errors.ts';
import type { Database } from '../database/schema.ts';
import type { Tx } from '../database/transaction.ts';
import { problem } from '../http/problem.ts';

/** Without `createdAt`: nobody reads it, and a cached record cannot contain a Date. */
const shopColumns = [
  'id',
  'organisationId',
  'slug',
  'name',
  'zone',
  'currency',
  'country',
  'address',
  'phone',
  'email',
  'slotIntervalMinutes',
  'minNoticeMinutes',
  'maxAdvanceDays',
  'sameDayCutoffMinute',
  'changeNoticeMinutes',
  'requiresApproval',
  'reminders',
  'quietFromMinute',
  'quietUntilMinute',
  'dailyScheduleMinute',
  'noShowFollowUp',
] as const;

export type ShopRecord = Pick<Selectable<Database['shop']>, (typeof shopColumns)[number]>;
export type ServiceRecord = Selectable<Database['service']>;

/** Largest number of shops in a list. */
const listLimit = 200;

/** The shops of the organisations, with their policies and services. */
export type Catalog = ReturnType<typeof createCatalog>;

export function createCatalog() {
  return {
    /** Throws shop_not_found. */
    async shop(executor: Executor, slug: string): Promise<ShopRecord> {
      const shop = await executor
        .selectFrom('shop')
        .select(shopColumns)
        .where('slug', '=', slug)
        .executeTakeFirst();
      if (shop === undefined) throw problem('shop_not_found', `No shop has the slug ${slug}.`);
      return shop;
    },

    /** For ids from a foreign key, so the shop always exists. */
    shopById(executor: Executor, id: string): Promise<ShopRecord> {
      return executor.selectFrom('shop').select(shopColumns).where('id', '=', id).executeTakeFirstOrThrow();
    },

    shops(executor: Executor): Promise<ShopRecord[]> {
      return executor.selectFrom('shop').select(shopColumns).orderBy('name').limit(listLimit).execute();
    },

    /** The active services and those in `includeIds`, active or not, ordered by category and name. */
    services(
      executor: Executor,
      shopId: string,
      includeIds: readonly string[] = [],
    ): Promise<ServiceRecord[]> {
      return executor
        .selectFrom('service')
        .selectAll()
        .where('shopId', '=', shopId)
        .where((eb) =>
          includeIds.length === 0
            ? eb('active', '=', true)
            : eb.or([eb('active', '=', true), eb('id', 'in', [...includeIds])]),
        )
        .orderBy('category')
        .orderBy('name')
        .execute();
    },

    /** Creates the shop, and its organisation if none has that slug. Throws slug_taken. */
    async createShop(tx: Tx, input: ShopInput): Promise<ShopRecord> {
      await tx
        .insertInto('organisation')
        .values(input.organisation)
        .onConflict((conflict) => conflict.column('slug').doNothing())
        .execute();
      const organisation = await tx
        .selectFrom('organisation')
        .select('id')
        .where('slug', '=', input.organisation.slug)
        .executeTakeFirstOrThrow();
      const { slug, name, zone, currency, country, policy = {} } = input;
      const shop = await tx
        .insertInto('shop')
        .values({
          organisationId: organisation.id,
          slug,
          name,
          zone,
          currency,
          country,
          address: input.address ?? '',
          phone: toE164OrNull(input.phone, country),
          email: input.email ?? null,
          ...policyColumns(policy),
        })
        .onConflict((conflict) => conflict.column('slug').doNothing())
        .returning(shopColumns)
        .executeTakeFirst();
      if (shop === undefined) throw problem('slug_taken', `Another shop has the slug ${slug}.`);
      return shop;
    },

    async changeShop(tx: Tx, shop: ShopRecord, change: ShopChange): Promise<ShopRecord> {
      const { policy = {}, name, address, email, phone } = change;
      const columns = {
        ...policyColumns(policy),
        ...defined({ name, address, email }),
        ...(phone === undefined ? {} : { phone: toE164OrNull(phone, shop.country) }),
      };
      if (Object.keys(columns).length === 0) return shop;
      return tx
        .updateTable('shop')
        .set(columns)
        .where('id', '=', shop.id)
        .returning(shopColumns)
        .executeTakeFirstOrThrow();
    },

    /** Throws record_conflict if the shop already has a service with that code. */
    async createService(tx: Tx, shopId: string, input: ServiceInput): Promise<ServiceRecord> {
      const service = await tx
        .insertInto('service')
        .values({ shopId, ...serviceColumns(input), ...required(input) })
        .onConflict((conflict) => conflict.columns(['shopId', 'code']).doNothing())
        .returningAll()
        .executeTakeFirst();
      if (service === undefined)
        throw problem('record_conflict', `Another service has the code ${input.code}.`);
      return service;
    },

    /** Throws resource_not_found or record_conflict. Services are never deleted; deactivate them instead. */
    async changeService(tx: Tx, shopId: string, id: string, change: ServiceChange): Promise<ServiceRecord> {
      const columns = serviceColumns(change);
      const of = tx.selectFrom('service').selectAll().where('shopId', '=', shopId).where('id', '=', id);
      try {
        const service =
          Object.keys(columns).length === 0
            ? await of.executeTakeFirst()
            : await tx
                .updateTable('service')
                .set(columns)
                .where('shopId', '=', shopId)
                .where('id', '=', id)
                .returningAll()
                .executeTakeFirst();
        if (service === undefined)
          throw problem('resource_not_found', 'The shop does not have this service.');
        return service;
      } catch (error) {
        if (isUniqueViolation(error)) throw problem('record_conflict', 'Another service has this code.');
        throw error;
      }
    },
  };
}

function policyColumns(policy: NonNullable<ShopChange['policy']>) {
  return defined({
    slotIntervalMinutes: policy.slot_interval_minutes,
    minNoticeMinutes: policy.min_notice_minutes,
    maxAdvanceDays: policy.max_advance_days,
    sameDayCutoffMinute: policy.same_day_cutoff_minute,
    changeNoticeMinutes: policy.change_notice_minutes,
    requiresApproval: policy.requires_approval,
    reminders: policy.reminders,
    ...quietColumns(policy.quiet_hours),
    dailyScheduleMinute: policy.daily_schedule_minute,
    noShowFollowUp: policy.no_show_follow_up,
  });
}

/** Throws invalid_request if the hours start and end at the same minute. */
function quietColumns(hours: QuietHours | null | undefined) {
  if (hours === undefined) return {};
  if (hours === null) return { quietFromMinute: null, quietUntilMinute: null };
  if (hours.from_minute === hours.until_minute)
    throw problem(
      'invalid_request',
      'Quiet hours must not start and end at the same minute. Send null for none.',
    );
  return { quietFromMinute: hours.from_minute, quietUntilMinute: hours.until_minute };
}

function serviceColumns(input: ServiceChange) {
  return defined({
    code: input.code,
    name: input.name,
    category: input.category,
    description: input.description,
    durationMinutes: input.duration_minutes,
    bufferBeforeMinutes: input.buffer_before_minutes,
    bufferAfterMinutes: input.buffer_after_minutes,
    priceCents: input.price_cents,
    active: input.active,
  });
}

function required(input: ServiceInput) {
  return {
    code: input.code,
    name: input.name,
    durationMinutes: input.duration_minutes,
    priceCents: input.price_cents,
  };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Drops undefined fields, so that fields absent from a change leave their columns unchanged. */
function defined<T extends Record<string, unknown>>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
