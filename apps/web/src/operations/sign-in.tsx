import { type FormEvent, useState } from 'react';

interface SignInProps {
  /** Whether the server rejected the previous token. */
  isRejected: boolean;
  onToken: (token: string) => void;
}

/** Form for the operator token. The first request validates the token. */
export function SignIn({ isRejected, onToken }: SignInProps) {
  const [token, setToken] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (token.trim() !== '') onToken(token.trim());
  };
  return (
    <form className="operations-form" onSubmit={submit}>
      {isRejected && (
        <p className="notice notice-failure" role="alert">
          The token is wrong. Use the OPERATOR_TOKEN of the installation.
        </p>
      )}
      <p className="field">
        <label htmlFor="operator-token">Operator token</label>
        <input
          id="operator-token"
          type="password"
          autoComplete="off"
          required
          maxLength={512}
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
      </p>
      <p className="soft">The token is stored only in this tab and deleted when you close it.</p>
      <button type="submit" className="button button-main">
        Sign in
      </button>
    </form>
  );
}
