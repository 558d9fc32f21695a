import { type ReactNode, useId } from 'react';
import type { UseFormReturn } from 'react-hook-form';
import { type GuestDetails, guestRules } from '../guest-details.ts';

/** The fields of the form, each with its fault beside it. */
export function GuestFields({ form }: { form: UseFormReturn<GuestDetails> }) {
  const { errors } = form.formState;
  return (
    <>
      <Field label="Name" fault={errors.name?.message}>
        {(aria) => (
          <input type="text" autoComplete="name" {...aria} {...form.register('name', guestRules.name)} />
        )}
      </Field>
      <Field label="Email" hint="Only for messages about your visits." fault={errors.email?.message}>
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
      <Field label="Phone" optional fault={errors.phone?.message}>
        {(aria) => (
          <input type="tel" autoComplete="tel" {...aria} {...form.register('phone', guestRules.phone)} />
        )}
      </Field>
      <Field label="Anything we should know?" optional fault={errors.note?.message}>
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
  fault: string | undefined;
  children(aria: Aria): ReactNode;
}

function Field({ label, hint, optional = false, fault, children }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ');
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
        'aria-invalid': fault !== undefined,
        'aria-describedby': described || undefined,
        'aria-required': !optional,
      })}
      {fault && (
        <span id={`${id}-fault`} className="field-error">
          {fault}
        </span>
      )}
    </div>
  );
}
