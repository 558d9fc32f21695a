/**
 * Formats a price: "$35", "€12.50", "¥3,000".
 * @param smallestUnits cents, or whole units in currencies without cents
 * @param currency ISO 4217
 */
export function formatPrice(smallestUnits: number, currency: string): string {
  const format = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    trailingZeroDisplay: 'stripIfInteger',
  });
  return format.format(smallestUnits / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}
