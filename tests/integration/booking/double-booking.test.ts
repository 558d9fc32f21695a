import { testDoubleBooking } from '../../support/double-booking.ts';
import { startLocalServer } from '../../support/local-server.ts';

testDoubleBooking(() => startLocalServer({ apps: 2 }), { forOneSlot: 200, overlapping: 300 });
