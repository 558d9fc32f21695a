/** Path of a shop below /api/v1. */
export function shopPath(slug: string): string {
  return `/shops/${encodeURIComponent(slug)}`;
}

/** URL of the booking page of a shop, on the server of its API. */
export function shopPage(server: URL, slug: string): string {
  return new URL(`${server.pathname.replace(/\/+$/, '')}/s/${encodeURIComponent(slug)}`, server).href;
}
