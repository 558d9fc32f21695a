import { createHash } from 'node:crypto';
import { BarberInput } from '@bookedbarber/contract';
import { accepts } from './check-against.ts';

/**
 * Derives a code from a name. The same name always gets the same code, and two names never share one: a valid code is
 * unchanged, plain words are joined with hyphens, and any other name gets a digest as suffix.
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
