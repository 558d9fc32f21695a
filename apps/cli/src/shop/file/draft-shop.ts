import { resolve } from 'node:path';
import { Failure, UsageError } from '../../shared/user-error.ts';
import { fits, validationErrors } from '../setup/check-against.ts';
import type { ShopPlan } from '../setup/shop-plan.ts';
import { readBarberEntries, readJsonFile, readServiceEntries } from './read-shop-files.ts';
import { ShopDraft, ShopFile, toPlan } from './shop-file.ts';
import { isZone } from './zone.ts';

/** The flags of `shop create` that describe the shop. */
export type ShopFlags = {
  from?: string;
  slug?: string;
  name?: string;
  zone?: string;
  currency?: string;
  country?: string;
  organisationSlug?: string;
  organisationName?: string;
  address?: string;
  phone?: string;
  email?: string;
  services?: string;
  barbers?: string;
};

const required = ['slug', 'name', 'zone', 'currency', 'country'] as const;

/**
 * The shop that a file and flags describe. Flags override the file. Validates everything before the first request, so
 * that an error does not leave an incomplete shop. Throws Failure for files and UsageError for flags.
 */
export async function draftShop(flags: ShopFlags, folder: string): Promise<ShopPlan> {
  const base: ShopDraft =
    flags.from === undefined ? {} : readJsonFile(resolve(folder, flags.from), ShopDraft);
  const draft: ShopDraft = { ...base, ...(await fromFlags(flags, base, folder)) };
  const missing = required.filter((field) => draft[field] === undefined);
  if (missing.length > 0) {
    throw new UsageError(`The shop has no ${missing.join(', no ')}.`, {
      remediation:
        `Add ${missing.map((field) => `--${field}`).join(' ')}, or use a file with --from ` +
        '(`bookedbarber shop create --example` prints one).',
    });
  }
  const errors = validationErrors(ShopFile, draft);
  if (draft.zone !== undefined && !isZone(draft.zone)) {
    errors.push(`zone: ${draft.zone} is not an IANA time zone; use one such as America/New_York`);
  }
  if (errors.length > 0 || !fits(ShopFile, draft)) {
    throw new UsageError('The shop is invalid.', { details: errors });
  }
  try {
    return toPlan(draft);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure('file_invalid', `The shop is invalid: ${reason}.`, {
      remediation: '`bookedbarber shop create --example` prints a valid file.',
      cause: error,
    });
  }
}

async function fromFlags(flags: ShopFlags, base: ShopDraft, folder: string): Promise<ShopDraft> {
  const { slug, name, zone, currency, country, address, phone, email } = flags;
  const given = Object.entries({ slug, name, zone, currency, country, address, phone, email });
  return {
    ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
    ...organisationFrom(flags, base),
    ...(flags.services === undefined ? {} : { services: await readServiceEntries(folder, flags.services) }),
    ...(flags.barbers === undefined ? {} : { barbers: readBarberEntries(folder, flags.barbers) }),
  };
}

function organisationFrom(flags: ShopFlags, base: ShopDraft): Pick<ShopDraft, 'organisation'> {
  const { organisationSlug, organisationName } = flags;
  if (organisationSlug === undefined && organisationName === undefined) return {};
  const slug = organisationSlug ?? base.organisation?.slug ?? flags.slug ?? base.slug ?? '';
  const name = organisationName ?? base.organisation?.name ?? flags.name ?? base.name ?? '';
  return { organisation: { slug, name } };
}
