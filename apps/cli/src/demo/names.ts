/** Invented clients of the demo shop. */

const firstNames = [
  'Amara',
  'Ben',
  'Carla',
  'Dmitri',
  'Elsa',
  'Farid',
  'Greta',
  'Hugo',
  'Imani',
  'Jorge',
  'Keiko',
  'Liam',
  'Malik',
  'Noor',
  'Oskar',
  'Priya',
  'Quinn',
  'Rosa',
  'Samir',
  'Theo',
  'Uma',
  'Viktor',
  'Wendell',
  'Yusuf',
] as const;

const lastNames = [
  'Abbott',
  'Baptiste',
  'Castellan',
  'Dorsey',
  'Eklund',
  'Fontaine',
  'Garrick',
  'Hollis',
  'Ibarra',
  'Jansen',
  'Kovacs',
  'Lindgren',
  'Marsh',
  'Novak',
  'Osei',
  'Pell',
  'Quigley',
  'Rourke',
  'Sato',
  'Tremblay',
] as const;

/** How many clients of the demo have been there before; the ones after them are new. */
export const knownClients = 160;

export type Person = { ref: string; name: string; email: string };

/** Person number `index`, from 0 to 479; each has another name. Their mail goes to a domain that can have none. */
export function personAt(index: number): Person {
  const first = firstNames[index % firstNames.length] ?? '';
  const last = lastNames[(index + 3 * Math.floor(index / firstNames.length)) % lastNames.length] ?? '';
  return {
    ref: `demo-client-${index + 1}`,
    name: `${first} ${last}`,
    email: `${first}.${last}@guests.example`.toLowerCase(),
  };
}
