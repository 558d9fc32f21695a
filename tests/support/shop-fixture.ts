import { randomUUID } from 'node:crypto';
import type { Barber, BarberInput, Service, ServiceInput, Shop, ShopInput } from '@bookedbarber/contract';

/** Sends one request to the API and returns its status, parsed body and headers. */
export type Send = (
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<{ status: number; body: never; headers: Headers }>;

/** A Send over HTTP; with a token, as an operator. Every POST gets an Idempotency-Key unless one is given. */
export function sendTo(url: string, operatorToken?: string): Send {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(operatorToken === undefined ? {} : { authorization: `Bearer ${operatorToken}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
    return { status: response.status, body: parsed as never, headers: response.headers };
  };
}

/** Every day from 9 to 18. */
export const everyDay = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({
  weekday,
  periods: [{ starts_minute: 540, ends_minute: 1080 }],
}));

export type ShopFixture = { shop: Shop; services: Service[]; barbers: Barber[] };

export type ShopFixtureOptions = {
  shop?: Partial<ShopInput>;
  services?: readonly (Partial<ServiceInput> & { code: string })[];
  /** By default, each offers all services, every day from 9 to 18. */
  barbers?: readonly (Partial<BarberInput> & { name: string })[];
};

/** Creates a bookable shop through the operator routes of the API. */
export async function makeShop(asOperator: Send, options: ShopFixtureOptions = {}): Promise<ShopFixture> {
  const slug = options.shop?.slug ?? `shop-${randomUUID().slice(0, 8)}`;
  const made = await expectStatus<Shop>(201, asOperator, '/api/v1/shops', {
    organisation: { slug, name: 'Fixture & Sons' },
    slug,
    name: 'Fixture Barbers',
    zone: 'America/New_York',
    currency: 'USD',
    country: 'US',
    // Only tests of reminders turn them on.
    policy: { min_notice_minutes: 0, reminders: [], ...options.shop?.policy },
    ...withoutPolicy(options.shop),
  });
  const path = `/api/v1/shops/${made.slug}`;
  const services: Service[] = [];
  for (const service of options.services ?? [{ code: 'CUT' }]) {
    const input = { name: `Service ${service.code}`, duration_minutes: 30, price_cents: 3000, ...service };
    services.push(await expectStatus<Service>(201, asOperator, `${path}/services`, input));
  }
  const barbers: Barber[] = [];
  for (const barber of options.barbers ?? [{ name: 'Ada' }]) {
    const input = { service_ids: services.map((service) => service.id), schedule: everyDay, ...barber };
    barbers.push(await expectStatus<Barber>(201, asOperator, `${path}/barbers`, input));
  }
  const { body: shop } = await asOperator('GET', path);
  return { shop, services, barbers };
}

function withoutPolicy({ policy: _, ...rest }: Partial<ShopInput> = {}): Partial<ShopInput> {
  return rest;
}

async function expectStatus<T>(status: number, send: Send, path: string, body: unknown): Promise<T> {
  const response = await send('POST', path, body);
  if (response.status !== status) {
    throw new Error(`POST ${path} returned ${response.status}: ${JSON.stringify(response.body)}`);
  }
  return response.body;
}
