import { useEffect } from 'react';
import { useLocationProperty } from 'wouter/use-browser-location';
import { storeToken, tokenOf } from '../appointment/link-token.ts';

/** The token of a booking from the fragment of the address, else as remembered in this tab; null when there is none. */
export function useToken(bookingId: string): string | null {
  const fragment = useLocationProperty(() => window.location.hash);
  const token = tokenOf(bookingId, fragment);
  useEffect(() => {
    if (token !== null) storeToken(bookingId, token);
  }, [bookingId, token]);
  return token;
}
