import type { Availability, BookingCreated, Problem } from '@bookedbarber/contract';
import { expect } from 'vitest';
import type { InProcess } from './in-process.ts';
import { makeShop, type Send, type ShopFixture, type ShopFixtureOptions } from './shop-fixture.ts';

export type Segment = { service_id?: string | undefined; barber_id?: string | undefined };

export const guest = { name: 'Zoë', email: 'zoe@example.com' };

/** A shop from a guest's view on one day: free start times as HH:MM, and bookings. */
export class TestShop {
  readonly fixture: ShopFixture;
  readonly path: string;
  readonly #server: InProcess;
  readonly #day: string;

  private constructor(server: InProcess, fixture: ShopFixture, day: string) {
    this.#server = server;
    this.fixture = fixture;
    this.#day = day;
    this.path = `/api/v1/shops/${fixture.shop.slug}`;
  }

  static async open(server: InProcess, day: string, options: ShopFixtureOptions = {}): Promise<TestShop> {
    return new TestShop(server, await makeShop(server.asOperator, options), day);
  }

  /** The segment with the service and barber at these indexes of the fixture; -1 for any barber. */
  segment(service: number, barber = -1): Segment {
    const { services, barbers } = this.fixture;
    return { service_id: services[service]?.id, ...(barber < 0 ? {} : { barber_id: barbers[barber]?.id }) };
  }

  async starts(segments: Segment[], date = this.#day): Promise<string[]> {
    const query = segments.map((it) => `segment=${it.service_id}:${it.barber_id ?? 'any'}`).join('&');
    const { body } = await this.#server.asGuest(
      'GET',
      `${this.path}/availability?${query}&from=${date}&days=1`,
    );
    return (body as Availability).days[0]?.starts.map((start) => start.slice(11, 16)) ?? [];
  }

  book(segments: Segment[], start: string, send: Send = this.#server.asGuest) {
    return send('POST', `${this.path}/bookings`, { segments, start, client: guest });
  }

  async booked(segments: Segment[], start: string, send?: Send): Promise<BookingCreated> {
    const response = await this.book(segments, start, send);
    expect(response.status, JSON.stringify(response.body)).toBe(201);
    return response.body;
  }

  async code(segments: Segment[], start: string, send?: Send): Promise<string | undefined> {
    return ((await this.book(segments, start, send)).body as Problem).code;
  }
}

/** The header that authorizes the guest of a booking. */
export const linkOf = ({ manage_url }: BookingCreated) => ({
  'booking-token': manage_url.split('#')[1] ?? '',
});
export const barbersOf = ({ booking }: BookingCreated) =>
  booking.segments.map((segment) => segment.barber_name);
