import type { PublicBarber, Service } from '@bookedbarber/contract';
import type { SubmitEvent } from 'react';
import { ActionBar } from '../../../shared/layout/action-bar.tsx';
import { PageHeading } from '../../../shared/layout/page-heading.tsx';
import { chooseBarber } from '../cart.ts';
import { CartLine } from '../cart-line.tsx';
import { barbersFor } from '../choice.ts';
import type { StepProps } from './step-props.ts';

/** Step 2: choose any barber or a specific barber for each service. */
export function BarbersStep({ shop, choice, cart, change }: StepProps) {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    change({ step: 'time' });
  };
  return (
    <form className="step" onSubmit={submit}>
      <PageHeading title={`Choose a barber – ${shop.name}`}>Choose a barber</PageHeading>
      <p className="soft">“Any barber” gives you the most times to choose from.</p>
      {cart.lines.map(({ service, barber }) => (
        <BarberChoice
          key={service.id}
          service={service}
          barbers={barbersFor(shop, service.id)}
          chosen={barber?.id ?? null}
          onChoose={(barberId) =>
            change({ segments: chooseBarber(choice.segments, service.id, barberId), start: null })
          }
        />
      ))}
      <ActionBar
        onBack={() => change({ step: 'services' })}
        backTo="services"
        summary={<CartLine cart={cart} currency={shop.currency} />}
      >
        <button type="submit" className="button button-main">
          Continue
        </button>
      </ActionBar>
    </form>
  );
}

interface BarberChoiceProps {
  service: Service;
  barbers: PublicBarber[];
  chosen: string | null;
  onChoose(barberId: string | null): void;
}

function BarberChoice({ service, barbers, chosen, onChoose }: BarberChoiceProps) {
  return (
    <fieldset className="barbers">
      <legend>{service.name}</legend>
      {[null, ...barbers].map((barber) => (
        <label key={barber?.id ?? 'any'} className="option">
          <input
            type="radio"
            name={`barber-${service.id}`}
            checked={chosen === (barber?.id ?? null)}
            onChange={() => onChoose(barber?.id ?? null)}
          />
          <span className="option-text">
            <span className="option-name">{barber?.name ?? 'Any barber'}</span>
            {barber === null && <span className="soft">The first available barber</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
