import { useEffect } from 'react';
import { useLocationProperty } from 'wouter/use-browser-location';
import { storeToken, tokenOf } from '../appointment/link-token.ts';

/** The token of a booking from the URL fragment, else from the session storage of this tab; null if unknown. */
export function useToken(bookingId: string): string | null {
  const fragment = useLocationProperty(() => window.location.hash);
  const token = tokenOf(bookingId, fragment);
  useEffect(() => {
    if (token !== null) storeToken(bookingId, token);
  }, [bookingId, token]);
  return token;
}
