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

/** Number of clients with past appointments. Later ones in the list are new. */
export const returningClients = 160;

export type DemoClient = { ref: string; name: string; email: string };

/** Client number `index`, from 0 to 479, with a unique name. The .example domain never receives email (RFC 2606). */
export function clientAt(index: number): DemoClient {
  const first = firstNames[index % firstNames.length] ?? '';
  const last = lastNames[(index + 3 * Math.floor(index / firstNames.length)) % lastNames.length] ?? '';
  return {
    ref: `demo-client-${index + 1}`,
    name: `${first} ${last}`,
    email: `${first}.${last}@guests.example`.toLowerCase(),
  };
}
