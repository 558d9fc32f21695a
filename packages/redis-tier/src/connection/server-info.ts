/** The answer to INFO as pairs of field and value. Unknown lines are kept: servers add fields with every version. */
export function parseInfo(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0 && !line.startsWith('#')) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return fields;
}

/** A whole number of the INFO answer, or null when the server does not say it. */
export function infoNumber(fields: ReadonlyMap<string, string>, name: string): number | null {
  const text = fields.get(name);
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}
