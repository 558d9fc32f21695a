import { useCallback, useState } from 'react';

const name = 'bookedbarber-operator-token';

/** The operator's token: kept for this tab alone, gone when it is closed or on signing out. */
export function useOperatorToken(): [string | null, (token: string | null) => void] {
  const [token, setToken] = useState(read);
  const change = useCallback((next: string | null) => {
    try {
      if (next === null) sessionStorage.removeItem(name);
      else sessionStorage.setItem(name, next);
    } catch {
      // Without storage it is kept until the page is left.
    }
    setToken(next);
  }, []);
  return [token, change];
}

function read(): string | null {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
}
