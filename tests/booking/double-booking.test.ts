import { startLocalServer } from '../setup/local-server.ts';
import { testDoubleBooking } from './double-booking.ts';

testDoubleBooking(() => startLocalServer({ apps: 2 }), { forOneSlot: 200, overlapping: 300 });
