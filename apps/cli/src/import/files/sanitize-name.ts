import { Name } from '@bookedbarber/contract';
import { accepts } from '../../shop/setup/check-against.ts';

/** Maximum length of a name, as in the schema Name. */
const maxLength = 120;

/** Cache: whether a character is allowed in a name. */
const allowed = new Map<string, boolean>();

/** Replaces characters that the schema Name does not allow with spaces. Undefined when no valid name is left. */
export function sanitizeName(name: string): string | undefined {
  if (accepts(Name, name)) return name;
  const sanitized = [...name.normalize('NFC')]
    .map((character) => (isAllowed(character) ? character : ' '))
    .join('')
    .replace(/\s+/g, ' ')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .slice(0, maxLength)
    .trim();
  return accepts(Name, sanitized) ? sanitized : undefined;
}

function isAllowed(character: string): boolean {
  const known = allowed.get(character) ?? accepts(Name, `a${character}`);
  allowed.set(character, known);
  return known;
}
