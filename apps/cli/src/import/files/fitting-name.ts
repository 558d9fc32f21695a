import { Name } from '@bookedbarber/contract';
import { accepts } from '../../shop/setup/check-against.ts';

/** Most characters of a name; the schema Name says the same. */
const longest = 120;

/** Which characters a name may hold, found out once for each. */
const allowed = new Map<string, boolean>();

/**
 * A name that the platform takes, as near as possible to the given one: what has no place in a name becomes a space.
 * Undefined when nothing is left.
 */
export function sanitizeName(name: string): string | undefined {
  if (accepts(Name, name)) return name;
  const sanitized = [...name.normalize('NFC')]
    .map((character) => (isAllowed(character) ? character : ' '))
    .join('')
    .replace(/\s+/g, ' ')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .slice(0, longest)
    .trim();
  return accepts(Name, sanitized) ? sanitized : undefined;
}

function isAllowed(character: string): boolean {
  const known = allowed.get(character) ?? accepts(Name, `a${character}`);
  allowed.set(character, known);
  return known;
}
