/** US dollars with cents; "unknown" for null. */
export function dollars(amount: number | null): string {
  if (amount === null) return 'unknown';
  return amount.toLocaleString('en', { style: 'currency', currency: 'USD' });
}

/** A difference with its sign; "unknown" for null. */
export function dollarsMore(amount: number | null): string {
  return amount === null ? 'unknown' : `${amount < 0 ? '-' : '+'}${dollars(Math.abs(amount))}`;
}
