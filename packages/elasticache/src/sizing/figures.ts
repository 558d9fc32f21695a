/** The size of a business, in figures that its owner knows. */
export type BusinessSize = {
  /** Barbers in all shops. */
  readonly barbers: number;
  /** Shops. */
  readonly locations: number;
  /** Concurrent visitors of the site at peak. */
  readonly users: number;
  /** Bookings in all shops on a busy day. */
  readonly bookingsPerDay: number;
};

/** The maximum of each figure that the model supports. */
export const maxFigures: BusinessSize = {
  barbers: 100_000,
  locations: 20_000,
  users: 1_000_000,
  bookingsPerDay: 2_000_000,
};

/** Bookings of one barber on a busy day: half an hour each, from 9:00 to 17:00. */
const bookingsPerBarber = 16;

/** Fills in missing figures: one shop per eight barbers, 100 visitors per barber, and fully booked days. */
export function completeFigures(known: Partial<BusinessSize> & { barbers: number }): BusinessSize {
  const { barbers } = known;
  return {
    barbers,
    locations: known.locations ?? Math.max(1, Math.ceil(barbers / 8)),
    users: known.users ?? barbers * 100,
    bookingsPerDay: known.bookingsPerDay ?? barbers * bookingsPerBarber,
  };
}
