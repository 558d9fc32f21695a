import { createHash } from 'node:crypto';
import { BarberInput } from '@bookedbarber/contract';
import { accepts } from './check-against.ts';

/**
 * The code of a person who was given none. The same name has the same code each time, and two names never share one:
 * a name that is a code already stays as it is, plain words get hyphens, anything else ends in a digest of the name.
 */
export function staffCode(name: string): string {
  if (accepts(BarberInput.properties.code, name)) return name;
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  if (/^[A-Za-z0-9]+( [A-Za-z0-9]+)*$/.test(name) && accepts(BarberInput.properties.code, plain))
    return plain;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return [plain.slice(0, 30).replace(/-+$/, ''), digest].filter((part) => part !== '').join('-');
}
