import { useId, useState } from 'react';

/** The booking's own link to take along: copied with a press, or by hand where the browser forbids copying. */
export function CopyLink({ link }: { link: string }) {
  const [copied, setCopied] = useState<'not yet' | 'done' | 'by hand'>('not yet');
  const id = useId();
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(link);
      setCopied('done');
    } catch {
      // Without a secure connection there is no clipboard.
      setCopied('by hand');
    }
  };
  return (
    <section className="copy-link" aria-labelledby={id}>
      <h2 id={id}>Keep your link</h2>
      <p>It opens this booking again, to look at, move or cancel. Whoever has it can do the same.</p>
      {copied === 'by hand' ? (
        <div className="field">
          <label htmlFor={`${id}-link`}>Your link</label>
          <input
            id={`${id}-link`}
            type="text"
            readOnly
            value={link}
            onFocus={({ target }) => target.select()}
          />
        </div>
      ) : (
        <button type="button" className="button button-quiet" onClick={() => void copy()}>
          Copy the link
        </button>
      )}
      <p role="status">{copied === 'done' && 'Copied.'}</p>
    </section>
  );
}
