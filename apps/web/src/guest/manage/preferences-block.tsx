import type { Booking, Preferences, PreferencesChange } from '@bookedbarber/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { callApi } from '../../shared/api/client.ts';
import { FailureNotice } from '../../shared/layout/failure-notice.tsx';
import { Loading } from '../../shared/layout/loading.tsx';
import { PreferencesForm } from './preferences-form.tsx';

/** Contact preferences. Loaded from the server when the visitor opens the section. */
export function PreferencesBlock({ booking, token }: { booking: Booking; token: string }) {
  const [current, setCurrent] = useState<Preferences | null>(null);
  const change = useMutation({
    mutationFn: (preferences: PreferencesChange) =>
      callApi<Preferences>({
        method: 'PATCH',
        path: `/bookings/${booking.id}/preferences`,
        body: preferences,
        bookingToken: token,
      }),
    onSuccess: setCurrent,
  });
  const saved = change.isSuccess && Object.keys(change.variables).length > 0;
  return (
    <details
      className="preferences"
      onToggle={({ currentTarget }) => {
        // An empty change returns the current preferences.
        if (currentTarget.open && current === null && !change.isPending) change.mutate({});
      }}
    >
      <summary>Contact preferences</summary>
      {current === null && change.isPending && <Loading what="your preferences" rows={3} />}
      {current !== null && (
        <PreferencesForm
          booking={booking}
          current={current}
          saving={change.isPending}
          onSave={change.mutate}
        />
      )}
      {change.isError && (
        <FailureNotice
          error={change.error}
          onRetry={current === null ? () => change.mutate({}) : undefined}
        />
      )}
      <p role="status">{saved ? 'Saved.' : ''}</p>
    </details>
  );
}
