/** Skeleton rows that reserve space for loading content. */
export function Loading({ what, rows = 4 }: { what: string; rows?: number }) {
  return (
    <div className="loading" role="status">
      <span className="visually-hidden">Loading {what}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are identical and never change their order
        <span key={row} className="loading-row" aria-hidden="true" />
      ))}
    </div>
  );
}
