const place = (bookingId: string): string => `bookedbarber:link:${bookingId}`;

/** Keeps the token of a booking's own link for this tab only. */
export function storeToken(bookingId: string, token: string): void {
  try {
    sessionStorage.setItem(place(bookingId), token);
  } catch {
    // Storage can be switched off; the link itself still carries the token.
  }
}

/** The token of a booking: from the fragment of the address if it has one, else as remembered in this tab. */
export function tokenOf(bookingId: string, fragment: string): string | null {
  const given = fragment.replace(/^#/, '');
  if (given !== '') return given;
  try {
    return sessionStorage.getItem(place(bookingId));
  } catch {
    return null;
  }
}

/** Token in the fragment of a manage_url. */
export function tokenInLink(manageUrl: string): string {
  const at = manageUrl.indexOf('#');
  return at < 0 ? '' : manageUrl.slice(at + 1);
}

/** Address of a booking's own page within this site. */
export const managePath = (bookingId: string, token: string): string => `/manage/${bookingId}#${token}`;
