import { type FormEvent, useState } from 'react';

interface SignInProps {
  /** Whether a token was given that the server does not know. */
  refused: boolean;
  onToken: (token: string) => void;
}

/** Asks for the operator's token. Whether it is right shows with the first answer. */
export function SignIn({ refused, onToken }: SignInProps) {
  const [token, setToken] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (token.trim() !== '') onToken(token.trim());
  };
  return (
    <form className="operations-form" onSubmit={submit}>
      {refused && (
        <p className="notice notice-failure" role="alert">
          The server does not know this token. It is the OPERATOR_TOKEN of the installation.
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
      <p className="soft">It is kept in this tab only, and forgotten when you close it.</p>
      <button type="submit" className="button button-main">
        Sign in
      </button>
    </form>
  );
}
