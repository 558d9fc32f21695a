import { startServer } from '../setup/server.ts';
import { testDoubleBooking } from './double-booking.ts';

// A process gives up after ten seconds what waits for the database: fewer requests, for a busy machine.
testDoubleBooking(() => startServer({ processes: 2 }), { forOneSlot: 80, overlapping: 120 });
