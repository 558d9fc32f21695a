import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ServiceInput } from '@bookedbarber/contract';
import type { Static, TSchema } from 'typebox';
import { readServices } from '../../import/files/services-file.ts';
import { Failure } from '../../shared/user-error.ts';
import { fits, validationErrors } from '../setup/check-against.ts';
import { BarberEntries, type BarberEntry, ServiceEntries } from './shop-file.ts';

/** Maximum size of a JSON file, in bytes. */
const maximumBytes = 4 * 1024 * 1024;

/** Reads and validates a JSON file. Throws Failure that lists every invalid field. */
export function readJsonFile<Schema extends TSchema>(path: string, schema: Schema): Static<Schema> {
  const value = parseJson(path);
  if (fits(schema, value)) return value;
  throw new Failure('file_invalid', `${path} is invalid.`, {
    details: validationErrors(schema, value),
    remediation: '`bookedbarber shop create --example` prints a valid file.',
  });
}

/** Services from a CSV file (code,name,category,minutes,price_cents) or a JSON list. Throws Failure. */
export async function readServiceEntries(folder: string, file: string): Promise<ServiceInput[]> {
  const path = resolve(folder, file);
  if (!path.toLowerCase().endsWith('.csv')) return readJsonFile(path, ServiceEntries);
  const { rows, invalidRows } = await readServices(path);
  if (invalidRows.length > 0) {
    throw new Failure('file_invalid', `${path} has invalid rows.`, {
      details: invalidRows.map(({ line, reason }) => `line ${line}: ${reason}`),
      remediation: 'Correct these rows, and run the command again.',
    });
  }
  return rows.map((service) => service.input);
}

/** Barbers from a JSON list. Throws Failure. */
export function readBarberEntries(folder: string, file: string): BarberEntry[] {
  return readJsonFile(resolve(folder, file), BarberEntries);
}

function parseJson(path: string): unknown {
  try {
    if (statSync(path).size > maximumBytes)
      throw new Failure('file_too_large', `${path} is larger than 4 MiB.`);
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof Failure) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure('file_unreadable', `${path} cannot be read: ${reason}`, {
      remediation: 'Check the path. The file must be JSON.',
      cause: error,
    });
  }
}
