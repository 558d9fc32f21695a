import { testDoubleBooking } from '../../support/double-booking.ts';
import { startServer } from '../../support/server.ts';

// A process gives up after ten seconds what waits for the database: fewer requests, for a busy machine.
testDoubleBooking(() => startServer({ processes: 2 }), { forOneSlot: 80, overlapping: 120 });
