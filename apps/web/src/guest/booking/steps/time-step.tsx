import { type SubmitEvent, useState } from 'react';
import { isSlotTaken } from '../../../shared/api/problem.ts';
import { ActionBar } from '../../../shared/layout/action-bar.tsx';
import { FailureNotice } from '../../../shared/layout/failure-notice.tsx';
import { PageHeading } from '../../../shared/layout/page-heading.tsx';
import { wallDay } from '../../../shared/time/wall-time.ts';
import { ChosenStart } from '../../time-picker/chosen-start.tsx';
import { SlotTakenNotice } from '../../time-picker/slot-taken-notice.tsx';
import { TimePicker } from '../../time-picker/time-picker.tsx';
import { CartLine } from '../cart-line.tsx';
import type { HoldHandle } from '../use-hold.ts';
import type { StepProps } from './step-props.ts';

/** Step 3: choose a day and a time. Continuing holds the time for a few minutes. */
export function TimeStep({ shop, choice, cart, change, hold }: StepProps & { hold: HoldHandle }) {
  const [missing, setMissing] = useState(false);
  /** The start of the last hold request. It may differ from the selected start. */
  const [requested, setRequested] = useState<string | null>(null);
  const { segments, start } = choice;

  const holdAndContinue = async (next: string): Promise<void> => {
    setRequested(next);
    if (await hold.take(segments, next)) change({ step: 'details', start: next, day: wallDay(next) });
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (start === null) setMissing(true);
    else void holdAndContinue(start);
  };

  return (
    <form className="step" onSubmit={submit}>
      <PageHeading title={`Choose a time – ${shop.name}`}>Choose a time</PageHeading>
      {hold.failure !== null && requested !== null && isSlotTaken(hold.failure) && (
        <SlotTakenNotice
          shop={shop}
          segments={segments}
          start={requested}
          reason={hold.failure}
          busy={hold.taking}
          onPick={(next) => void holdAndContinue(next)}
        />
      )}
      {hold.failure !== null && !isSlotTaken(hold.failure) && (
        <FailureNotice
          error={hold.failure}
          retrying={hold.taking}
          onRetry={requested === null ? undefined : () => void holdAndContinue(requested)}
        />
      )}
      <TimePicker
        shop={shop}
        segments={segments}
        day={choice.day}
        start={start}
        onDay={(day) => change({ day, start: null })}
        onStart={(next) => change({ start: next, day: wallDay(next) })}
      />
      {missing && start === null && (
        <p className="notice notice-failure" role="alert">
          Choose a time first.
        </p>
      )}
      <ActionBar
        onBack={() => change({ step: 'barbers' })}
        backTo="barber"
        summary={
          start === null ? (
            <CartLine cart={cart} currency={shop.currency} />
          ) : (
            <ChosenStart start={start} zone={shop.zone} />
          )
        }
      >
        <button type="submit" className="button button-main" disabled={hold.taking}>
          {hold.taking ? 'Holding…' : 'Continue'}
        </button>
      </ActionBar>
    </form>
  );
}
