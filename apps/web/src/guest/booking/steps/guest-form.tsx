import { type ReactNode, useId } from 'react';
import type { UseFormReturn } from 'react-hook-form';
import { type GuestDetails, guestRules } from '../guest-details.ts';

/** The form fields, each with its error message. */
export function GuestFields({ form }: { form: UseFormReturn<GuestDetails> }) {
  const { errors } = form.formState;
  return (
    <>
      <Field label="Name" error={errors.name?.message}>
        {(aria) => (
          <input type="text" autoComplete="name" {...aria} {...form.register('name', guestRules.name)} />
        )}
      </Field>
      <Field
        label="Email"
        hint="Used only for messages about your appointments."
        error={errors.email?.message}
      >
        {(aria) => (
          <input
            type="email"
            autoComplete="email"
            autoCapitalize="off"
            spellCheck={false}
            {...aria}
            {...form.register('email', guestRules.email)}
          />
        )}
      </Field>
      <Field label="Phone" optional error={errors.phone?.message}>
        {(aria) => (
          <input type="tel" autoComplete="tel" {...aria} {...form.register('phone', guestRules.phone)} />
        )}
      </Field>
      <Field label="Anything we should know?" optional error={errors.note?.message}>
        {(aria) => <textarea rows={3} {...aria} {...form.register('note', guestRules.note)} />}
      </Field>
    </>
  );
}

interface Aria {
  id: string;
  'aria-invalid': boolean;
  'aria-describedby': string | undefined;
  'aria-required': boolean;
}

interface FieldProps {
  label: string;
  hint?: string;
  optional?: boolean;
  error: string | undefined;
  children(aria: Aria): ReactNode;
}

function Field({ label, hint, optional = false, error, children }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>
        {label} {optional && <span className="soft">(optional)</span>}
      </label>
      {hint && (
        <span id={`${id}-hint`} className="soft">
          {hint}
        </span>
      )}
      {children({
        id,
        'aria-invalid': error !== undefined,
        'aria-describedby': described || undefined,
        'aria-required': !optional,
      })}
      {error && (
        <span id={`${id}-error`} className="field-error">
          {error}
        </span>
      )}
    </div>
  );
}
