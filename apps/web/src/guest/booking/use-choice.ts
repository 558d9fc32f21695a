import type { Shop } from '@bookedbarber/contract';
import { useCallback, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { type Choice, fitToShop, readChoice, writeChoice } from './choice.ts';

/** Changes part of the choice. Going to another step makes an entry in the browser's history, all else replaces it. */
export type ChangeChoice = (change: Partial<Choice>) => void;

export function useChoice(shop: Shop): [Choice, ChangeChoice] {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const choice = useMemo(() => fitToShop(readChoice(search), shop), [search, shop]);
  const change = useCallback<ChangeChoice>(
    (part) => {
      const next = { ...choice, ...part };
      // The finished booking takes the place of the form: going back must not bring a spent form up again.
      const replace = next.step === choice.step || next.step === 'booked';
      navigate(path + writeChoice(next), { replace });
    },
    [choice, navigate, path],
  );
  return [choice, change];
}
