import { type RefObject, useEffect } from 'react';
import { type UseFormReturn, useForm } from 'react-hook-form';
import { fieldErrors, type GuestDetails } from './guest-details.ts';

/** The form of the details. What is typed is kept in `draft`, in memory alone, while the visitor goes to and fro. */
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

/** Puts the server's complaints beside their fields, and the focus on the first. */
export function showFieldErrors(form: UseFormReturn<GuestDetails>, error: unknown): void {
  const errors = Object.entries(fieldErrors(error).fields) as [keyof GuestDetails, string][];
  for (const [index, [field, message]] of errors.entries()) {
    form.setError(field, { type: 'server', message }, { shouldFocus: index === 0 });
  }
}
