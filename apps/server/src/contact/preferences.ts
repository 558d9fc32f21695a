import type { PreferencesChange } from '@bookedbarber/contract';

/** The columns of a client or a booking that a change of preferences sets; what is absent stays as it is. */
export function preferenceColumns({ zone, language, channel }: PreferencesChange) {
  return {
    ...(zone === undefined ? {} : { zone }),
    ...(language === undefined ? {} : { language }),
    ...(channel === undefined ? {} : { channel }),
  };
}
