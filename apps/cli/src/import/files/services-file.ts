import { ServiceInput } from '@bookedbarber/contract';
import { accepts } from '../../shop/setup/check-against.ts';
import { InvalidFieldError, type Read, readCsv } from './csv-table.ts';
import { integerField, textField } from './fields.ts';
import { sanitizeName } from './sanitize-name.ts';

const columns = ['code', 'name', 'category', 'minutes', 'price_cents'] as const;

/** A service as sent to the server, with the names that had to be changed. */
export type SalonService = { line: number; input: ServiceInput; renamed: Renamed[] };

/** A changed name: `from` in the file, `to` as imported. */
export type Renamed = { of: string; from: string; to: string };

/** Reads services.csv. Throws Failure for an unusable file; invalid rows are in `invalidRows`. */
export function readServices(path: string): Promise<Read<SalonService>> {
  const seen = new Set<string>();
  return readCsv(path, columns, (fields, line) => {
    const code = textField('code', fields.code, 40);
    if (!accepts(ServiceInput.properties.code, code))
      throw new InvalidFieldError(
        `code "${code}" contains characters other than letters, digits, + . _ - and spaces`,
      );
    if (seen.has(code)) throw new InvalidFieldError(`code ${code} is a duplicate of an earlier row`);
    const renamed: Renamed[] = [];
    const name = readName(`service ${code}`, 'name', fields.name, renamed);
    const category =
      fields.category === ''
        ? undefined
        : readName(`category of ${code}`, 'category', fields.category, renamed);
    const input = {
      code,
      name,
      ...(category === undefined ? {} : { category }),
      duration_minutes: integerField('minutes', fields.minutes, 5, 720),
      price_cents: integerField('price_cents', fields.price_cents, 0, 100_000_000),
    };
    seen.add(code);
    return { line, input, renamed };
  });
}

function readName(of: string, column: string, text: string, renamed: Renamed[]): string {
  const from = textField(column, text, 500);
  const to = sanitizeName(from);
  if (to === undefined) throw new InvalidFieldError(`${column} contains no letter or digit`);
  if (to !== from) renamed.push({ of, from, to });
  return to;
}
