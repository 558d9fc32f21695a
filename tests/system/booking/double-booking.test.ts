import { testDoubleBooking } from '../../support/double-booking.ts';
import { startServer } from '../../support/server.ts';

// Requests time out after waiting ten seconds for the database. Send fewer of them, in case the machine is busy.
testDoubleBooking(() => startServer({ processes: 2 }), { forOneSlot: 80, overlapping: 120 });
