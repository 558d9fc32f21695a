const storageKey = (bookingId: string): string => `bookedbarber:link:${bookingId}`;

/** Stores the token of a booking in the session storage of this tab. */
export function storeToken(bookingId: string, token: string): void {
  try {
    sessionStorage.setItem(storageKey(bookingId), token);
  } catch {
    // Storage may be disabled. The link still contains the token.
  }
}

/** The token of a booking from the URL fragment, else from the session storage of this tab; null if unknown. */
export function tokenOf(bookingId: string, fragment: string): string | null {
  const token = fragment.replace(/^#/, '');
  if (token !== '') return token;
  try {
    return sessionStorage.getItem(storageKey(bookingId));
  } catch {
    return null;
  }
}

/** The token in the fragment of a manage_url; empty if there is none. */
export function tokenInLink(manageUrl: string): string {
  const at = manageUrl.indexOf('#');
  return at < 0 ? '' : manageUrl.slice(at + 1);
}

/** Path of the page of a booking, with its token in the fragment. */
export const managePath = (bookingId: string, token: string): string => `/manage/${bookingId}#${token}`;
