import type { Service, Shop } from '@bookedbarber/contract';
import { type SubmitEvent, useRef, useState } from 'react';
import { ActionBar } from '../../../shared/layout/action-bar.tsx';
import { PageHeading } from '../../../shared/layout/page-heading.tsx';
import { formatMinutes } from '../../../shared/time/duration.ts';
import { formatPrice } from '../../appointment/price.ts';
import { byCategory, toggleService } from '../cart.ts';
import { CartLine } from '../cart-line.tsx';
import { barbersFor, maxServices } from '../choice.ts';
import type { StepProps } from './step-props.ts';

/** Step 1: choose one or more services. */
export function ServicesStep({ shop, choice, cart, change }: StepProps) {
  const [missing, setMissing] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const chosen = new Set(choice.segments.map(({ serviceId }) => serviceId));
  const full = chosen.size >= maxServices;

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (chosen.size > 0) {
      change({ step: 'barbers' });
    } else {
      setMissing(true);
      form.current?.querySelector<HTMLInputElement>('input:enabled')?.focus();
    }
  };

  return (
    <form ref={form} className="step" onSubmit={submit}>
      <PageHeading title={`Book at ${shop.name}`}>Choose services</PageHeading>
      {shop.address && <p className="soft">{shop.address}</p>}
      {missing && chosen.size === 0 && (
        <p className="notice notice-failure" role="alert">
          Choose at least one service.
        </p>
      )}
      {byCategory(shop.services).map(({ category, services }) => (
        <fieldset key={category} className="services">
          <legend>{category || 'Services'}</legend>
          {services.map((service) => (
            <ServiceOption
              key={service.id}
              service={service}
              shop={shop}
              checked={chosen.has(service.id)}
              full={full}
              onToggle={() => {
                // A start that fits the previous services may not fit the new ones.
                change({ segments: toggleService(choice.segments, service.id), start: null });
              }}
            />
          ))}
        </fieldset>
      ))}
      {full && <p className="soft">An appointment can include up to {maxServices} services.</p>}
      <ActionBar summary={<CartLine cart={cart} currency={shop.currency} />}>
        <button type="submit" className="button button-main">
          Continue
        </button>
      </ActionBar>
    </form>
  );
}

interface ServiceOptionProps {
  service: Service;
  shop: Shop;
  checked: boolean;
  /** Whether the maximum number of services is selected. */
  full: boolean;
  onToggle(): void;
}

function ServiceOption({ service, shop, checked, full, onToggle }: ServiceOptionProps) {
  const isUnavailable = barbersFor(shop, service.id).length === 0;
  return (
    <label className="option">
      <input
        type="checkbox"
        checked={checked}
        disabled={isUnavailable || (full && !checked)}
        onChange={onToggle}
      />
      <span className="option-text">
        <span className="option-name">{service.name}</span>
        {service.description && <span className="soft">{service.description}</span>}
        <span className="soft">
          {isUnavailable ? 'Not available online' : formatMinutes(service.duration_minutes)}
        </span>
      </span>
      <span className="option-price">{formatPrice(service.price_cents, shop.currency)}</span>
    </label>
  );
}
