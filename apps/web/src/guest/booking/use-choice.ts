import type { Shop } from '@bookedbarber/contract';
import { useCallback, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { type Choice, fitToShop, readChoice, writeChoice } from './choice.ts';

/** Changes part of the choice. A change of step adds an entry to the browser history; other changes replace it. */
export type ChangeChoice = (change: Partial<Choice>) => void;

export function useChoice(shop: Shop): [Choice, ChangeChoice] {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const choice = useMemo(() => fitToShop(readChoice(search), shop), [search, shop]);
  const change = useCallback<ChangeChoice>(
    (part) => {
      const next = { ...choice, ...part };
      // The confirmation replaces the form, so that "back" does not show a submitted form.
      const replace = next.step === choice.step || next.step === 'booked';
      navigate(path + writeChoice(next), { replace });
    },
    [choice, navigate, path],
  );
  return [choice, change];
}
