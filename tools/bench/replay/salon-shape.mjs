/**
 * Rounded statistics of half a year of a real hair salon: number, duration, weekdays and hours of its bookings. They
 * contain no data of the salon itself: the services and the staff are invented.
 */
export const salonShape = {
  rows: 1906,
  /** Percentage of the bookings by month. */
  months: /** @type {const} */ ([
    ['2018-03', 3],
    ['2018-04', 14],
    ['2018-05', 26],
    ['2018-06', 25],
    ['2018-07', 23],
    ['2018-08', 7],
    ['2018-09', 2],
  ]),
  /** By ISO weekday. */
  weekdays: /** @type {const} */ ([
    [2, 20],
    [3, 15],
    [4, 21],
    [5, 22],
    [6, 19],
    [7, 3],
  ]),
  hours: /** @type {const} */ ([
    [8, 3],
    [9, 7],
    [10, 13],
    [11, 11],
    [12, 10],
    [13, 10],
    [14, 10],
    [15, 10],
    [16, 9],
    [17, 9],
    [18, 6],
    [19, 2],
  ]),
  /** On a grid of ten minutes, mostly on the half hour. */
  minutes: /** @type {const} */ ([
    [0, 46],
    [10, 11],
    [20, 9],
    [30, 18],
    [40, 7],
    [50, 9],
  ]),
  staff: /** @type {const} */ ([
    ['staff-a', 38],
    ['staff-b', 23],
    ['staff-c', 14],
    ['staff-d', 13],
    ['staff-e', 9],
    ['staff-f', 1.5],
    ['staff-g', 1.5],
  ]),
  /** Code, minutes, cents, percentage. */
  services: /** @type {const} */ ([
    ['CUT60', 60, 8200, 38],
    ['CUT50', 50, 5000, 22],
    ['DRY40', 40, 5000, 16],
    ['COLOUR30', 30, 7000, 9],
    ['CARE20', 20, 2000, 4],
    ['LIGHTS50', 50, 14000, 4],
    ['LIGHTS80', 80, 15000, 2],
    ['EXTRA10', 10, 2500, 2],
    ['BALAYAGE90', 90, 16000, 1.5],
    ['CHILD40', 40, 3200, 1],
    ['WEDDING140', 140, 27000, 0.5],
  ]),
  /** Number of clients. Few have more than two appointments. */
  clients: 794,
  /** Fraction of appointments with a second service. */
  secondService: 0.15,
  noShow: 0.03,
  cancelledInBook: 28,
  cancelledElsewhere: 215,
  /** Days between a cancellation and its appointment, with weights. */
  cancelledDaysBefore: /** @type {const} */ ([
    [0, 33],
    [1, 19],
    [2, 8],
    [3, 7],
    [4, 4],
    [7, 15],
    [14, 8],
    [28, 3],
    [60, 3],
  ]),
  /** Fraction of the generated overlaps that are kept: about 70 rows, as in a calendar with estimated durations. */
  overlapping: 0.13,
};
