import { useCallback, useState } from 'react';

const name = 'bookedbarber-operator-token';

/** The operator token. Stored in this tab until it is closed or the operator signs out. */
export function useOperatorToken(): [string | null, (token: string | null) => void] {
  const [token, setToken] = useState(read);
  const change = useCallback((next: string | null) => {
    try {
      if (next === null) sessionStorage.removeItem(name);
      else sessionStorage.setItem(name, next);
    } catch {
      // Storage may be disabled. The token is then kept in memory.
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
