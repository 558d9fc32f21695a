import type { Availability, BookingCreated } from '@bookedbarber/contract';
import { type LocalServerOptions, startLocalServer } from '../support/local-server.ts';
import {
  makeShop,
  type Send,
  type ShopFixture,
  type ShopFixtureOptions,
  sendTo,
} from '../support/shop-fixture.ts';

/** A server with a new database. */
export interface Site {
  url: string;
  asOperator: Send;
  asGuest: Send;
  stop(): Promise<void>;
}

export async function startSite(options: LocalServerOptions = {}): Promise<Site> {
  const server = await startLocalServer(options);
  return {
    url: server.url,
    asOperator: sendTo(server.url, server.operatorToken),
    asGuest: sendTo(server.url),
    stop: () => server.stop(),
  };
}

/** Creates a shop in New York with two services and two barbers, open daily from 9:00 to 18:00. */
export function makeBarbershop(site: Site, options: ShopFixtureOptions = {}): Promise<ShopFixture> {
  return makeShop(site.asOperator, {
    services: [
      { code: 'CUT', name: 'Haircut', category: 'Hair', duration_minutes: 30, price_cents: 3500 },
      { code: 'BEARD', name: 'Beard trim', category: 'Beard', duration_minutes: 20, price_cents: 2050 },
    ],
    barbers: [{ name: 'Sam' }, { name: 'Dee' }],
    ...options,
    shop: { name: 'Corner Cuts', address: '214 Bedford Avenue', phone: '+1 212 555 0142', ...options.shop },
  });
}

/** Id of a service by name. */
export function serviceId({ services }: ShopFixture, name: string): string {
  const service = services.find((each) => each.name === name);
  if (!service) throw new Error(`The fixture has no service ${name}`);
  return service.id;
}

/** Free starts of a day from the API, for services by name with any barber. */
export async function freeStarts(site: Site, fixture: ShopFixture, day: string, ...names: string[]) {
  const segments = names.map((name) => `segment=${serviceId(fixture, name)}:any`).join('&');
  const path = `/api/v1/shops/${fixture.shop.slug}/availability?${segments}&from=${day}&days=1`;
  const { body }: { body: Availability } = await site.asGuest('GET', path);
  return body.days[0]?.starts ?? [];
}

/** Books a haircut through the API, as another client. */
export async function bookInOtherTab(
  site: Site,
  fixture: ShopFixture,
  start: string,
): Promise<BookingCreated> {
  const { status, body }: { status: number; body: BookingCreated } = await site.asGuest(
    'POST',
    `/api/v1/shops/${fixture.shop.slug}/bookings`,
    {
      segments: [{ service_id: serviceId(fixture, 'Haircut') }],
      start,
      client: { name: 'Faster Client', email: 'faster@example.com', phone: '(212) 555-0177' },
    },
  );
  if (status !== 201) throw new Error(`The booking request returned ${status}: ${JSON.stringify(body)}`);
  return body;
}
