import type { Availability, BookingCreated } from '@bookedbarber/contract';
import { type LocalServerOptions, startLocalServer } from '../support/local-server.ts';
import {
  makeShop,
  type Send,
  type ShopFixture,
  type ShopFixtureOptions,
  sendTo,
} from '../support/shop-fixture.ts';

/** The app with a database of its own, as a browser reaches it. */
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

/** A shop in New York with two services and two barbers, open every day from 9 to 18. */
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

/** Id of a service by the name that visitors see. */
export function serviceId({ services }: ShopFixture, name: string): string {
  const service = services.find((each) => each.name === name);
  if (!service) throw new Error(`The fixture has no service ${name}`);
  return service.id;
}

/** Free starts of a day as the API tells them, for services by name with any barber. */
export async function freeStarts(site: Site, fixture: ShopFixture, day: string, ...names: string[]) {
  const segments = names.map((name) => `segment=${serviceId(fixture, name)}:any`).join('&');
  const path = `/api/v1/shops/${fixture.shop.slug}/availability?${segments}&from=${day}&days=1`;
  const { body }: { body: Availability } = await site.asGuest('GET', path);
  return body.days[0]?.starts ?? [];
}

/** Books a haircut through the API, as another visitor would. */
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
      client: { name: 'Somebody Faster', email: 'faster@example.com', phone: '(212) 555-0177' },
    },
  );
  if (status !== 201) throw new Error(`The booking was answered with ${status}: ${JSON.stringify(body)}`);
  return body;
}
