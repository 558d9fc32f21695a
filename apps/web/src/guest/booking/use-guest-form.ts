import { type RefObject, useEffect } from 'react';
import { type UseFormReturn, useForm } from 'react-hook-form';
import { fieldErrors, type GuestDetails } from './guest-details.ts';

/** The details form. `draft` keeps the entered values in memory only, for when the visitor changes steps. */
export function useGuestForm(draft: RefObject<GuestDetails>): UseFormReturn<GuestDetails> {
  const form = useForm<GuestDetails>({ defaultValues: draft.current, reValidateMode: 'onChange' });
  useEffect(
    () =>
      form.subscribe({
        formState: { values: true },
        callback: ({ values }) => {
          draft.current = values;
        },
      }),
    [form, draft],
  );
  return form;
}

/** Shows validation errors of the server at their fields, and focuses the first. */
export function showFieldErrors(form: UseFormReturn<GuestDetails>, error: unknown): void {
  const errors = Object.entries(fieldErrors(error).fields) as [keyof GuestDetails, string][];
  for (const [index, [field, message]] of errors.entries()) {
    form.setError(field, { type: 'server', message }, { shouldFocus: index === 0 });
  }
}
