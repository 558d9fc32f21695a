/** Text that is already HTML. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

type Value = string | number | Html | readonly Html[];

/** Builds HTML. Escapes every value except Html. Attribute values must be quoted. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  const parts = values.map((value) => {
    if (value instanceof Html) return value.text;
    return typeof value === 'object' ? value.join('') : escapeHtml(String(value));
  });
  return new Html(strings.reduce((text, string, index) => text + (parts[index - 1] ?? '') + string));
}
