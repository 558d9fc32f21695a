/** What an owner knows of the business. */
export type BusinessSize = {
  /** People who cut, in all shops together. */
  readonly barbers: number;
  /** Shops. */
  readonly locations: number;
  /** People who look at the pages at the same time, at the busiest moment. */
  readonly users: number;
  /** In all shops together, on a busy day. */
  readonly bookingsPerDay: number;
};

/** The most of each that is taken: beyond it the model says nothing. */
export const maxFigures: BusinessSize = {
  barbers: 100_000,
  locations: 20_000,
  users: 1_000_000,
  bookingsPerDay: 2_000_000,
};

/** Bookings of one person on a busy day: half an hour each, from nine to five. */
const bookingsPerBarber = 16;

/** What follows where only the barbers are known: one shop for every eight of them, and the busiest day they can have. */
export function completeFigures(known: Partial<BusinessSize> & { barbers: number }): BusinessSize {
  const { barbers } = known;
  return {
    barbers,
    locations: known.locations ?? Math.max(1, Math.ceil(barbers / 8)),
    users: known.users ?? barbers * 100,
    bookingsPerDay: known.bookingsPerDay ?? barbers * bookingsPerBarber,
  };
}
