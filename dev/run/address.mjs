/**
 * The address of a server as it may be shown. User, password and options go: a password may stand in each of them.
 *
 * @param {string} url
 * @returns {string} `host:port/database`
 */
export function shownAddress(url) {
  if (!URL.canParse(url)) return '(an address that cannot be read)';
  const { host, pathname } = new URL(url);
  return `${host}${pathname === '/' ? '' : pathname}`;
}

/**
 * @param {string} url
 * @returns {string} the same with its protocol
 */
export function addressWithoutSecrets(url) {
  return URL.canParse(url) ? `${new URL(url).protocol}//${shownAddress(url)}` : shownAddress(url);
}
