import type { PreferencesChange } from '@bookedbarber/contract';

/** The columns of a client or booking to update. Absent fields stay unchanged. */
export function preferenceColumns({ zone, language, channel }: PreferencesChange) {
  return {
    ...(zone === undefined ? {} : { zone }),
    ...(language === undefined ? {} : { language }),
    ...(channel === undefined ? {} : { channel }),
  };
}
