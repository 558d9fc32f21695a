/**
 * Parses a reply to INFO into pairs of field and value. Keeps unknown fields: servers add fields with every version.
 */
export function parseInfo(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0 && !line.startsWith('#')) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return fields;
}

/** A whole number of an INFO reply, or null when the field is missing or not a whole number. */
export function infoNumber(fields: ReadonlyMap<string, string>, name: string): number | null {
  const text = fields.get(name);
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}
