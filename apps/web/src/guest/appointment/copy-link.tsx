import { useId, useState } from 'react';

/** Copies the link of a booking, or shows it for manual copying if the browser does not allow clipboard access. */
export function CopyLink({ link }: { link: string }) {
  const [copied, setCopied] = useState<'not yet' | 'done' | 'by hand'>('not yet');
  const id = useId();
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(link);
      setCopied('done');
    } catch {
      // The clipboard API requires a secure context.
      setCopied('by hand');
    }
  };
  return (
    <section className="copy-link" aria-labelledby={id}>
      <h2 id={id}>Save your link</h2>
      <p>Use it to view, reschedule or cancel this appointment. Anyone with the link can do the same.</p>
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
          Copy link
        </button>
      )}
      <p role="status">{copied === 'done' && 'Copied.'}</p>
    </section>
  );
}
